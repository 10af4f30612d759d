package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** An attempt of no activity. */
final class TestAttempt implements Attempt {
    private final Duration timeout;
    private final Instant deadline;
    final AtomicInteger heartbeats = new AtomicInteger();
    private volatile Reason ended;

    TestAttempt(Duration timeout) {
        this.timeout = timeout;
        this.deadline = Instant.now().plus(timeout);
    }

    static TestAttempt of(int seconds) {
        return new TestAttempt(Duration.ofSeconds(seconds));
    }

    void end(Reason reason) {
        ended = reason;
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
