package dev.reins.activities.tool;

import java.time.Duration;

/** Why a call failed, as far as it matters for when to make it again. */
public enum ErrorClass {
    /** No connection, or it broke. */
    CONNECTION(Duration.ofMillis(500)),
    /** The other side says that it failed. */
    SERVER(Duration.ofSeconds(1)),
    /** The other side asks for fewer calls. */
    THROTTLED(Duration.ofSeconds(5)),
    /** The time was up. */
    TIMEOUT(Duration.ofMillis(500)),
    /** Calling again would give the same. */
    PERMANENT(Duration.ZERO);

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private final Duration firstDelay;

    ErrorClass(Duration firstDelay) {
        this.firstDelay = firstDelay;
    }

    public boolean isRetryable() {
        return this != PERMANENT;
    }

    /** How long to wait after the call that was the {@code failedCalls}-th to fail: twice as long each time, at most 60 s. */
    public Duration delayAfter(int failedCalls) {
        return shorter(firstDelay.multipliedBy(1L << Math.clamp(failedCalls - 1, 0, 16)));
    }

    static Duration shorter(Duration asked) {
        return asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
    }
}
