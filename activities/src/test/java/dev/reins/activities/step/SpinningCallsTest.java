package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that keep the processor and listen to nobody. */
class SpinningCallsTest {
    private static final int MORE_THAN_CORES = Runtime.getRuntime().availableProcessors() + 1;
    private static final Scripted SPINNING = new Scripted("test.spinning", true);
    private static final Workbench BENCH = new Workbench(SPINNING);

    private volatile boolean spins = true;

    @AfterEach
    void stopSpinning() {
        spins = false;
    }

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    @Test
    void moreOfThemThanThereAreCoresKeepNoOtherStepFromBeingPerformedInTime() throws Exception {
        SPINNING.behaviour = call -> {
            while (spins) {
                Thread.onSpinWait();
            }
            return ToolResult.of(call.input(), "ended");
        };
        for (int i = 0; i < MORE_THAN_CORES; i++) {
            isGivenUp();
        }

        Execution run = BENCH.plan("[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]");
        // As a worker's attempts are.
        CompletableFuture<StepCompleted> step = CompletableFuture.supplyAsync(
                () -> BENCH.runner.run(Workbench.planned(run, 1, "echo"), TestAttempt.of(20)),
                Thread::startVirtualThread);

        assertThat(step.get(20, TimeUnit.SECONDS).stepCount()).isEqualTo(1);
        assertThat(SPINNING.keys).hasSize(MORE_THAN_CORES);
    }

    private static void isGivenUp() {
        Execution run = BENCH.plan(
                "[{'tool': 'test.spinning', 'description': 'd', 'params': {}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");

        ApplicationFailure failure = catchThrowableOfType(
                ApplicationFailure.class,
                () -> BENCH.runner.run(
                        Workbench.planned(run, 1, "test.spinning"), LocalAttempt.within(Duration.ofMillis(900))));

        assertThat(failure.getType()).isEqualTo(StepFailures.TO_BE_REPEATED);
    }
}
