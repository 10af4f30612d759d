package dev.reins.contracts;

/** Where a step stands. WAITING is shown to nobody: the wire knows a tool call once it runs, which is from its admission on. */
public enum StepStatus implements Wire {
    WAITING,
    RUNNING,
    COMPLETED,
    FAILED,
    TIMED_OUT,
    REFUSED,
    CANCELLED,
    UNKNOWN
}
