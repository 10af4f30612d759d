package dev.reins.contracts;

/** The two kinds of step. */
public enum StepKind implements Wire {
    MODEL,
    TOOL
}
