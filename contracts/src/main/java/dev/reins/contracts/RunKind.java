package dev.reins.contracts;

/** Whether the caller gave the steps or a model decides them. */
public enum RunKind implements Wire {
    PLANNED,
    AGENTIC
}
