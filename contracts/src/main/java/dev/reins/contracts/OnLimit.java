package dev.reins.contracts;

/** Whether a run that reaches a limit of steps, credits or balance pauses or fails. */
public enum OnLimit implements Wire {
    PAUSE,
    FAIL
}
