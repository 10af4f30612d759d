package dev.reins.contracts;

/** What a guard said of a step. */
public enum GuardVerdict implements Wire {
    ADMITTED,
    WARNED,
    WAITING,
    REFUSED,
    PAUSED,
    FAILED
}
