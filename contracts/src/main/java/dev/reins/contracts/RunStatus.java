package dev.reins.contracts;

/** Where a run stands. A terminal status never changes, but by a Temporal reset. */
public enum RunStatus implements Wire {
    QUEUED,
    RUNNING,
    PAUSING,
    PAUSED,
    CANCELLING,
    COMPLETED,
    FAILED,
    CANCELLED,
    TERMINATED;

    public boolean isTerminal() {
        return this.compareTo(COMPLETED) >= 0;
    }
}
