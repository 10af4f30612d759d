package dev.reins.standalone;

import static dev.reins.standalone.Plans.delay;
import static dev.reins.standalone.Plans.limited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A worker that is asked to stop (SIGTERM) while it performs a step. */
class ShutdownIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration PROMISED = Duration.ofSeconds(30);
    private static final Map<String, Object> PATIENT = Map.of("toolTimeoutMs", Map.of("default", 120_000));

    @Test
    void finishesAShortStepAndHandsALongOneOver() {
        try (Stack stack = Stack.start("--workers=2")) {
            LiveRun shortRun = LiveRun.start(stack, stack.user(), limited(PATIENT, delay(2_000)));
            stopWorkerOf(stack, shortRun);
            shortRun.await("completed");
            assertThat(claims(stack, shortRun))
                    .as("performed by the worker that was stopping")
                    .isEqualTo(1);

            LiveRun longRun = LiveRun.start(stack, stack.user(), limited(PATIENT, delay(40_000)));
            stopWorkerOf(stack, longRun);
            longRun.await("completed");
            assertThat(claims(stack, longRun)).as("performed again by another").isEqualTo(2);
        }
    }

    /** Sends SIGTERM to the worker that performs the run's step, and sees it end in time. */
    private static void stopWorkerOf(Stack stack, LiveRun run) {
        long pid = await().atMost(LIMIT).until(() -> workerOf(stack, run), found -> found > 0);
        ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
        worker.destroy();
        await().atMost(PROMISED).until(() -> !worker.isAlive());
    }

    /** 0 while nobody performs it. */
    private static long workerOf(Stack stack, LiveRun run) {
        if (claims(stack, run) == 0) {
            return 0;
        }
        String text = stack.temporal("workflow", "describe", "--workflow-id", run.id(), "-o", "json")
                .output();
        JsonNode pending = Stack.json().readTree(text).path("pendingActivities");
        String identity = pending.path(0).path("lastWorkerIdentity").asString("");
        return identity.isEmpty() ? 0 : Long.parseLong(identity.replaceFirst(".*:(\\d+) .*", "$1"));
    }

    private static long claims(Stack stack, LiveRun run) {
        return stack.sql("select coalesce(sum(claims), 0) as claims from steps where run_id = ?", run.id()).stream()
                .mapToLong(row -> ((Number) row.get("claims")).longValue())
                .sum();
    }
}
