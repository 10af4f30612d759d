package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.contracts.Lane;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.time.Instant;

/** An attempt as one of Temporal's activities, not a local one. */
final class ActivityAttempt implements Attempt {
    private final ActivityExecutionContext context;
    private final Duration timeout;
    private final Instant deadline;
    private final long queuedMs;

    ActivityAttempt(ActivityExecutionContext context) {
        this.context = context;
        ActivityInfo info = context.getInfo();
        Instant now = Instant.now();
        this.timeout = info.getStartToCloseTimeout();
        this.deadline = deadline(info, now);
        this.queuedMs = Math.max(0, now.toEpochMilli() - info.getCurrentAttemptScheduledTimestamp());
    }

    /** When an attempt that begins now is over: by its own time, or by that of all attempts since the first was scheduled. */
    static Instant deadline(ActivityInfo info, Instant now) {
        return earlier(now.plus(info.getStartToCloseTimeout()), runsOut(info, now));
    }

    /** When schedule-to-close elapses, as far as the clocks of server and worker agree. */
    private static Instant runsOut(ActivityInfo info, Instant now) {
        Duration scheduleToClose = info.getScheduleToCloseTimeout();
        return scheduleToClose.isZero()
                ? now.plus(info.getStartToCloseTimeout())
                : Instant.ofEpochMilli(info.getScheduledTimestamp()).plus(scheduleToClose);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
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
        return Lane.ACTIVITY;
    }

    @Override
    public long queuedMs() {
        return queuedMs;
    }

    @Override
    public void heartbeat() throws Ended {
        try {
            context.heartbeat(null);
        } catch (ActivityCanceledException e) {
            // The SDK says the same where the server has not been heard of for too long.
            boolean asked = !(e.getCause() instanceof TimeoutFailure);
            throw new Ended(asked ? Reason.CANCELLED : Reason.LOST, e);
        } catch (ActivityCompletionException e) {
            throw new Ended(Reason.LOST, e);
        }
    }
}
