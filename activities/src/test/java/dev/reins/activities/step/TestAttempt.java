package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.contracts.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** An attempt of no activity. */
final class TestAttempt implements Attempt {
    private final Lane lane;
    private final Duration timeout;
    private volatile Instant deadline;
    final AtomicInteger heartbeats = new AtomicInteger();
    private volatile Reason ended;

    TestAttempt(Duration timeout) {
        this(Lane.ACTIVITY, timeout);
    }

    private TestAttempt(Lane lane, Duration timeout) {
        this.lane = lane;
        this.timeout = timeout;
        this.deadline = Instant.now().plus(timeout);
    }

    static TestAttempt of(int seconds) {
        return new TestAttempt(Duration.ofSeconds(seconds));
    }

    static TestAttempt express(int seconds) {
        return new TestAttempt(Lane.EXPRESS, Duration.ofSeconds(seconds));
    }

    void end(Reason reason) {
        ended = reason;
    }

    /** Its time is up now; a call that is under way is not told. */
    void expire() {
        deadline = Instant.now();
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public long queuedMs() {
        return 0;
    }

    @Override
    public void heartbeat() throws Ended {
        heartbeats.incrementAndGet();
        if (ended != null) {
            throw new Ended(ended, new IllegalStateException("ended"));
        }
    }
}
