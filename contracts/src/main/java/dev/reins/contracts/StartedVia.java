package dev.reins.contracts;

/** Through which door a run was started. */
public enum StartedVia implements Wire {
    REST,
    TEMPORAL,
    SCHEDULE,
    RUN
}
