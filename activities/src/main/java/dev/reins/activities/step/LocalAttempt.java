package dev.reins.activities.step;

import dev.reins.contracts.Lane;
import io.temporal.activity.ActivityInfo;
import java.time.Duration;
import java.time.Instant;

/**
 * An attempt as a local activity, within the workflow's task. It gets what is left of that task's time, at most the
 * category's, and ends when that is over: its wait for a slot is part of it. Nobody hears its heartbeat.
 */
record LocalAttempt(Duration timeout, Instant deadline) implements Attempt {

    static LocalAttempt of(ActivityInfo info) {
        return new LocalAttempt(info.getStartToCloseTimeout(), ActivityAttempt.deadline(info, Instant.now()));
    }

    static LocalAttempt within(Duration timeout) {
        return new LocalAttempt(timeout, Instant.now().plus(timeout));
    }

    @Override
    public Lane lane() {
        return Lane.EXPRESS;
    }

    @Override
    public long queuedMs() {
        return 0;
    }

    @Override
    public void heartbeat() {}
}
