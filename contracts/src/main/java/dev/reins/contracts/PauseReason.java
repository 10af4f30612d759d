package dev.reins.contracts;

/** Why a run is paused. */
public enum PauseReason implements Wire {
    OPERATOR,
    STEP_LIMIT,
    COST_LIMIT,
    INSUFFICIENT_CREDITS,
    APPROVAL_TIMEOUT,
    UNKNOWN_OUTCOME,
    STEP_FAILED,
    PHASE_LIMIT
}
