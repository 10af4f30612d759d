package dev.reins.contracts;

/** Through which a run was asked for something. */
public enum Door implements Wire {
    REST,
    TEMPORAL,
    SYSTEM
}
