package dev.reins.contracts;

import java.time.Duration;

/** How steps are executed. */
public enum Lane implements Wire {
    /** One of Temporal's activities per step. */
    ACTIVITY,
    /**
     * One local activity per step where the step allows it, within the workflow's own task: quick, harmless to repeat.
     * Every other step of such a run goes the activity lane.
     */
    EXPRESS;

    /** A call whose timeout is longer goes the activity lane. */
    public static final Duration LONGEST_CALL = Duration.ofSeconds(1);
}
