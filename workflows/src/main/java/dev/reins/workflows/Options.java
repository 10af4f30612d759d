package dev.reins.workflows;

import dev.reins.contracts.TaskQueues;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Every timeout and retry of a run's activities. */
final class Options {
    /** A step that has less left than this still gets it; admission ends the run if its time is up. */
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);

    /**
     * When a silent worker counts as lost. A call whose own timeout comes no later has none of these: it could never be the
     * first, and the server keeps a timer for each.
     */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /**
     * Without end: a tool that has used up its calls ends the activity itself, and a lost attempt is no failed call. A failed
     * call says by itself how long to wait, so these pauses are those after attempts that were lost, with their worker or the
     * database. The first is short, as what was asked of the run meanwhile waits too, but leaves a worker that is slow and not
     * dead time to stop what it has begun.
     */
    private static final RetryOptions STEP_RETRIES = RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofMillis(500))
            .setBackoffCoefficient(2)
            .setMaximumInterval(Duration.ofSeconds(30))
            .build();

    /** Without end, which a local activity must be told: it is not retried where no most is set. */
    private static final RetryOptions BOOKKEEPING_RETRIES = RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofMillis(100))
            .setBackoffCoefficient(2)
            .setMaximumInterval(Duration.ofSeconds(30))
            .setMaximumAttempts(Integer.MAX_VALUE)
            .build();

    private static final RetryOptions ONCE =
            RetryOptions.newBuilder().setMaximumAttempts(1).build();

    /** Pauses longer than this are durable timers, so that a store that is away does not hold workflow tasks open. */
    private static final Duration LONGEST_LOCAL_PAUSE = Duration.ofSeconds(2);

    private Options() {}

    /**
     * @param timeoutMs the category's timeout, to the millisecond
     * @param remaining the run's remaining active time; null: it has no timeout
     */
    static ActivityOptions toolStep(long timeoutMs, @Nullable Duration remaining, String summary) {
        return step(TaskQueues.TOOLS, timeoutMs, remaining, summary);
    }

    static ActivityOptions modelTurn(long timeoutMs, @Nullable Duration remaining, String summary) {
        return step(TaskQueues.MODELS, timeoutMs, remaining, summary);
    }

    private static ActivityOptions step(String queue, long timeoutMs, @Nullable Duration remaining, String summary) {
        ActivityOptions.Builder options = ActivityOptions.newBuilder()
                .setTaskQueue(queue)
                .setStartToCloseTimeout(Duration.ofMillis(timeoutMs))
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(STEP_RETRIES)
                .setSummary(summary);
        if (timeoutMs > HEARTBEAT.toMillis()) {
            options.setHeartbeatTimeout(HEARTBEAT);
        }
        if (remaining != null) {
            options.setScheduleToCloseTimeout(remaining.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : remaining);
        }
        return options.build();
    }

    /**
     * Tried once: what does not come off goes the activity lane, which has the retries, the heartbeats and the time.
     *
     * @param time from now on: where all slots are taken, the wait for one is time of the workflow's task too
     */
    static LocalActivityOptions expressStep(Duration time, String summary) {
        return LocalActivityOptions.newBuilder()
                .setScheduleToCloseTimeout(time)
                .setStartToCloseTimeout(time)
                .setRetryOptions(ONCE)
                .setDoNotIncludeArgumentsIntoMarker(true)
                .setSummary(summary)
                .build();
    }

    static LocalActivityOptions bookkeeping() {
        return LocalActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofSeconds(10))
                .setRetryOptions(BOOKKEEPING_RETRIES)
                .setLocalRetryThreshold(LONGEST_LOCAL_PAUSE)
                .setDoNotIncludeArgumentsIntoMarker(true)
                .build();
    }
}
