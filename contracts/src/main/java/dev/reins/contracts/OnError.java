package dev.reins.contracts;

/** What a failed, timed-out or refused planned step means for its run. */
public enum OnError implements Wire {
    FAIL,
    CONTINUE,
    PAUSE
}
