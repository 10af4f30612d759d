package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.RunTest;
import dev.reins.store.RunWatcher;
import dev.reins.store.TestRuns;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunWatcherTest extends RunTest {
    private final List<String> told = new ArrayList<>();
    private final TestRuns watched = new TestRuns(database, new RunWatcher() {
        @Override
        public void evaluated(AdmissionRequest request, Evaluation evaluation) {
            told.add(evaluation.guard() + " " + evaluation.verdict() + " " + evaluation.risenTo()
                    + (evaluation.waits().isZero() ? "" : " waits"));
        }

        @Override
        public void recorded(StepOutcome outcome, Category category, Duration took) {
            assertThat(took).isLessThan(Duration.ofHours(1));
            told.add(category + " " + outcome.status());
        }

        @Override
        public void finished(RunId runId, RunStatus status, StopReason stopReason) {
            told.add(runId + " " + status + " " + stopReason);
        }
    });

    private List<String> told() {
        List<String> sentences = List.copyOf(told);
        told.clear();
        return sentences;
    }

    @Test
    void isToldOnceOfAStepThatIsAskedForAndRecordedTwice() {
        TestRun run = watched.run("{}");
        Ask ask = run.step(1).category(Category.HTTP);
        ask.admit();
        ask.admit();
        assertThat(told()).containsExactly("null ADMITTED null");

        run.complete(1, ask.token);
        run.complete(1, ask.token);
        assertThat(told()).containsExactly("HTTP COMPLETED");
    }

    @Test
    void isToldOnceOfARunThatIsEndedTwice() {
        TestRun run = watched.run("{}");
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);

        assertThat(told()).containsExactly(run.id + " COMPLETED DONE");
    }

    @Test
    void isToldOfTheLevelThatTheCostRisesTo() {
        TestRun run = watched.run("{\"maxCredits\": 1000}");
        run.step(1).estimate(850).admit();
        run.step(2).estimate(120).tool("echo", "b").admit();
        run.step(3).estimate(1).tool("echo", "c").admit();

        assertThat(told()).containsExactly("null ADMITTED WARNING", "null ADMITTED CRITICAL", "null ADMITTED null");
    }

    @Test
    void isNotToldOfALevelThatTheCostFallsToNorThatItRisesToOneAgain() {
        TestRun run = watched.run("{\"maxCredits\": 1000}");
        run.step(1).estimate(850).admit();
        setMaxCredits(run, 100_000);
        run.step(2).estimate(1).tool("echo", "b").admit();
        setMaxCredits(run, 1_000);
        run.step(3).estimate(1).tool("echo", "c").admit();

        assertThat(run.column("cost_level")).isEqualTo("warning");
        assertThat(told()).containsExactly("null ADMITTED WARNING", "null ADMITTED null", "null ADMITTED null");
    }

    private void setMaxCredits(TestRun run, long credits) {
        database.jdbc()
                .sql("update runs set max_credits = :credits where id = :run")
                .param("credits", credits)
                .param("run", run.id.value())
                .update();
    }

    @Test
    void isToldWhichGuardMakesAStepWaitRefusesItOrPausesTheRun() {
        TestRun run = watched.run("{\"maxSteps\": 3, \"ratePerMinute\": {\"browser\": 1}}");
        run.step(1).category(Category.BROWSER).admit();
        run.step(2).category(Category.BROWSER).tool("echo", "b").admit();
        run.step(3).estimate(1001).tool("echo", "c").admit();
        run.step(4).tool("echo", "d").admit();

        assertThat(told())
                .containsExactly(
                        "null ADMITTED null",
                        "RATE WAITING null waits",
                        "STEP_COST REFUSED null",
                        "STEP_LIMIT PAUSED null");
    }
}
