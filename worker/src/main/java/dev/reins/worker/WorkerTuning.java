package dev.reins.worker;

import io.temporal.worker.WorkerOptions;
import java.time.Duration;

/** How the SDK's workers are set; benchmarks set those that stand beside them alike. */
public final class WorkerTuning {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** A busy machine may keep workflow code from the processor for longer than the second that is the default. */
    private static final long DEADLOCK_MS = 5_000;

    /** What waits longer for the worker that knows its run goes to any other, which has to replay: it may have been killed. */
    private static final Duration STICKY = Duration.ofSeconds(1);

    private WorkerTuning() {}

    public static WorkerOptions options() {
        return WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(HEARTBEAT)
                .setDefaultHeartbeatThrottleInterval(HEARTBEAT)
                .setAllowActivityHeartbeatDuringShutdown(true)
                .setDefaultDeadlockDetectionTimeout(DEADLOCK_MS)
                .setStickyQueueScheduleToStartTimeout(STICKY)
                .setUsingVirtualThreads(true)
                .build();
    }
}
