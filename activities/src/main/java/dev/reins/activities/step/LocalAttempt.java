package dev.reins.activities.step;

import dev.reins.contracts.Lane;
import java.time.Duration;
import java.time.Instant;

/**
 * An attempt as a local activity, within the workflow's task. It gets what is left of that task's time, at most the
 * category's, and ends when that is over. Nobody hears its heartbeat.
 */
record LocalAttempt(Duration timeout, Instant deadline) implements Attempt {

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
