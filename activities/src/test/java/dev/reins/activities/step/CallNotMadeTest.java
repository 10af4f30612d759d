package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step that is claimed and not called: the next attempt calls it, whatever it does. */
class CallNotMadeTest {
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Scripted ONCE = new Scripted("test.once", false);
    private static final Workbench BENCH = new Workbench(SAFE, ONCE);

    @BeforeEach
    void forget() {
        ONCE.keys.clear();
    }

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    @Test
    void doubtsNothingOfACallThatHadNoThread() {
        StepRunner withoutThreads = BENCH.worker(ONCE, SAFE);
        withoutThreads.close();
        Execution once = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        Execution safe = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}}]");

        ApplicationFailure notOnce = failure(withoutThreads, Workbench.planned(once, 1, "test.once"));
        ApplicationFailure notSafe = failure(withoutThreads, Workbench.planned(safe, 1, "test.safe"));

        assertThat(List.of(notOnce, notSafe))
                .extracting(ApplicationFailure::getType)
                .containsOnly(StepFailures.TO_BE_REPEATED);
        assertThat(notOnce).hasMessageContaining("test.once was not called: the worker had no thread");
        assertThat(ONCE.keys).isEmpty();
        BENCH.perform(Workbench.planned(once, 1, "test.once"));
        BENCH.perform(Workbench.planned(safe, 1, "test.safe"));
        assertThat(ONCE.keys).hasSize(1);
        assertThat(BENCH.ofStep(once, 1, "status || ' ' || credits || ' ' || held || ' ' || failed_calls"))
                .isEqualTo("completed 25 0 0");
    }

    @Test
    void makesNoCallForWhichThereIsNoTimeAndDoubtsNothingOfIt() {
        Execution once = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        StepRequest step = Workbench.planned(once, 1, "test.once");
        TestAttempt over = TestAttempt.of(30);
        over.expire();

        ApplicationFailure failure = catchThrowableOfType(ApplicationFailure.class, () -> BENCH.runner.run(step, over));

        assertThat(failure.getType()).isEqualTo(StepFailures.TO_BE_REPEATED);
        assertThat(ONCE.keys).isEmpty();
        assertThat(BENCH.ofStep(
                        once, 1, "status || ' ' || (claim_token is null) || ' ' || claims || ' ' || failed_calls"))
                .isEqualTo("running true 0 0");
        BENCH.perform(step);
        assertThat(ONCE.keys).hasSize(1);
    }

    private static ApplicationFailure failure(StepRunner worker, StepRequest step) {
        return catchThrowableOfType(ApplicationFailure.class, () -> worker.run(step, TestAttempt.of(30)));
    }
}
