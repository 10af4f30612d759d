package dev.reins.contracts;

/** The guards, in the order in which every step passes them. */
public enum Guard implements Wire {
    LOOP,
    STEP_LIMIT,
    RATE,
    STEP_COST,
    RUN_COST,
    BALANCE,
    BREAKER,
    TIMEOUT
}
