package dev.reins.contracts;

/** Why a terminal run ended. */
public enum StopReason implements Wire {
    DONE,
    TIMEOUT,
    DOOM_LOOP,
    TOOL_FAILED,
    MODEL_FAILED,
    CANCELLED,
    TERMINATED,
    GUARD_DENIED,
    INTERNAL
}
