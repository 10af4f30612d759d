package dev.reins.contracts;

/** Whether a step that exceeds its rate waits for a slot or is refused. */
public enum OnRateLimit implements Wire {
    WAIT,
    FAIL
}
