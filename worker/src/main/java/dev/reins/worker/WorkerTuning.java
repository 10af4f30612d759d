package dev.reins.worker;

import io.temporal.worker.WorkerOptions;
import java.time.Duration;

/** How the SDK's workers are set; benchmarks set those that stand beside them alike. */
public final class WorkerTuning {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private WorkerTuning() {}

    public static WorkerOptions options() {
        return WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(HEARTBEAT)
                .setDefaultHeartbeatThrottleInterval(HEARTBEAT)
                .setAllowActivityHeartbeatDuringShutdown(true)
                .setUsingVirtualThreads(true)
                .build();
    }
}
