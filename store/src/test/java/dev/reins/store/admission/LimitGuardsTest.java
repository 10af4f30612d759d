package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.TestRun;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guards 2, 4, 5 and 6, and the cost level. */
@Tag("later-schema")
class LimitGuardsTest extends RunTest {

    @Test
    void pausesAtTheStepLimitAndDoesNotCountTheStep() {
        TestRun run = runs.run("{\"maxSteps\": 2}");
        run.perform(run.step(1));
        run.perform(run.step(2));

        StepNotDone verdict = notAdmitted(run.step(3).admit());

        assertThat(verdict.kind()).isEqualTo(Kind.PAUSED);
        assertThat(verdict.pauseReason()).isEqualTo(PauseReason.STEP_LIMIT);
        assertThat(verdict.message()).isEqualTo("Step limit reached: step 3 would exceed the limit of 2 steps");
        assertThat(run.column("status || ' ' || pause_reason || ' ' || step_count || ' ' || clock"))
                .isEqualTo("paused step_limit 2 paused");
        assertThat(run.column("waiting_message")).isEqualTo(verdict.message());
        assertThat(notAdmitted(run.step(3).admit()).kind()).isEqualTo(Kind.HELD);
        assertThat(run.decisions()).containsExactly("admitted", "admitted", "step_limit:paused");
    }

    @Test
    void onLimitFailEndsTheRunInstead() {
        TestRun run = runs.run("{\"maxSteps\": 0, \"onLimit\": \"fail\"}");

        StepNotDone verdict = notAdmitted(run.step(1).admit());

        assertThat(verdict.kind()).isEqualTo(Kind.RUN_ENDS);
        assertThat(verdict.stopReason()).isEqualTo(StopReason.GUARD_DENIED);
        assertThat(verdict.message())
                .isEqualTo("Execution guard failed: Step limit reached: step 1 would exceed the limit of 0 steps");
    }

    @Test
    void refusesAStepThatIsTooDearAndCountsItOnce() {
        TestRun run = runs.run("{}");
        assertClaimed(run.step(1).estimate(1000).admit());

        StepNotDone verdict = notAdmitted(run.step(2).estimate(1500).admit());

        assertThat(verdict.kind()).isEqualTo(Kind.REFUSED);
        assertThat(verdict.message())
                .isEqualTo("Execution guard failed: Step would use 1500 credits, exceeding per-step limit of 1000");
        assertThat(run.ofStep(2, "status || ': ' || error_message")).isEqualTo("refused: " + verdict.message());
        assertThat(run.column("step_count || ' ' || credits_reserved")).isEqualTo("2 1000");
        assertThat(notAdmitted(run.step(2).estimate(1500).admit()).message()).isEqualTo(verdict.message());
        assertThat(run.decisions()).containsExactly("admitted", "step_cost:refused");
        assertThat(run.events()).containsOnlyOnce("guard.refused");
    }

    @Test
    void pausesAtTheRunsCostLimit() {
        TestRun run = runs.run("{}");
        for (int step = 1; step <= 10; step++) {
            run.perform(run.step(step).estimate(step == 10 ? 500 : 1000));
        }

        StepNotDone verdict = notAdmitted(run.step(11).estimate(1000).admit());

        assertThat(verdict.kind()).isEqualTo(Kind.PAUSED);
        assertThat(verdict.pauseReason()).isEqualTo(PauseReason.COST_LIMIT);
        assertThat(verdict.message())
                .isEqualTo("Task would use 10,500 credits total, exceeding per-task limit of 10,000");
    }

    @Test
    void countsWhatIsReservedAsUsed() {
        TestRun run = runs.run("{\"maxCredits\": 150}");
        assertClaimed(run.step(1).estimate(100).admit());
        assertThat(notAdmitted(run.step(2).estimate(100).admit()).message())
                .isEqualTo("Task would use 200 credits total, exceeding per-task limit of 150");
    }

    @Test
    void pausesWhereTheUsersCreditsAreSpent() {
        TestRun run = runs.run(runs.user("pro", 150), "planned", "{}");
        assertClaimed(run.step(1).estimate(100).admit());

        StepNotDone verdict = notAdmitted(run.step(2).estimate(100).admit());

        assertThat(verdict.pauseReason()).isEqualTo(PauseReason.INSUFFICIENT_CREDITS);
        assertThat(verdict.message()).isEqualTo("Step would use 100 credits, but only 50 are available");
        assertThat(run.column("status")).isEqualTo("paused");
    }

    @Test
    void aStepThatCostsNothingPassesTheMoneyGuards() {
        TestRun run = runs.run(runs.user("pro", 0), "planned", "{\"maxCredits\": 0, \"maxCreditsPerStep\": 0}");
        run.perform(run.step(1));
        assertThat(run.column("credits_used")).isEqualTo("0");
    }

    @Test
    void aNullLimitIsNoLimit() {
        TestRun run = runs.run("{\"maxSteps\": null, \"maxCredits\": null, \"maxCreditsPerStep\": null}");
        run.perform(run.step(100_000).estimate(50_000));
        assertThat(run.column("cost_level")).isEqualTo("none");
    }

    @Test
    void eachCostLevelIsOneEvent() {
        TestRun run = runs.run("{\"maxCredits\": 1000}");
        for (int step = 1; step <= 8; step++) {
            run.perform(run.step(step).estimate(step == 8 ? 120 : 100));
        }
        run.perform(run.step(9).estimate(130));
        run.perform(run.step(10).estimate(15));
        run.perform(run.step(11).estimate(10));

        assertThat(costMessages(run))
                .containsExactly(
                        "Warning: Approaching cost limit (82% of limit)", "CRITICAL: Near cost limit! (97% of limit)");
        assertThat(run.column("cost_level")).isEqualTo("critical");
    }

    @Test
    void aStepThatJumpsPastBothLevelsSendsTheSecondAlone() {
        TestRun run = runs.run("{\"maxCredits\": 1000}");
        run.perform(run.step(1).estimate(960));
        assertThat(costMessages(run)).containsExactly("CRITICAL: Near cost limit! (96% of limit)");
    }

    @Test
    void ninetyFivePercentIsStillAWarning() {
        TestRun run = runs.run("{\"maxCredits\": 1000, \"warningThreshold\": 90}");
        run.perform(run.step(1).estimate(899));
        assertThat(run.column("cost_level")).isEqualTo("none");
        run.perform(run.step(2).estimate(51));
        assertThat(costMessages(run)).containsExactly("Warning: Approaching cost limit (95% of limit)");
    }

    private List<String> costMessages(TestRun run) {
        return database.jdbc()
                .sql("select data ->> 'message' from events where run_id = :id and type like 'cost.%' order by seq")
                .param("id", run.id.value())
                .query(String.class)
                .list();
    }
}
