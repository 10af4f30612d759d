package dev.reins.workflows;

import java.time.Duration;

/** Growing pauses between attempts that brought nothing, so that no loop runs hot. The first further attempt is free. */
final class Backoff {
    private final Duration first;
    private final Duration most;
    private int attempts;

    /** @param first the first pause, doubled with each further one */
    Backoff(Duration first, Duration most) {
        this.first = first;
        this.most = most;
    }

    /** The pause before the next attempt. */
    Duration next() {
        attempts++;
        if (attempts == 1) {
            return Duration.ZERO;
        }
        int doublings = Math.min(attempts - 2, 20);
        Duration pause = first.multipliedBy(1L << doublings);
        return pause.compareTo(most) > 0 ? most : pause;
    }

    void reset() {
        attempts = 0;
    }
}
