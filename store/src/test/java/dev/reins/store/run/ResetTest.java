package dev.reins.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.Recording;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a reset run repeats from its journal, and what it performs again. */
@Tag("later-schema")
class ResetTest extends RunTest {

    @Test
    void reopensTheRunAndKeepsWhatItSpent() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1).estimate(10));
        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);

        TestRun reset = reset(run);

        assertThat(reset.step(1).estimate(10).admit()).isInstanceOf(Admission.AlreadyRecorded.class);
        assertThat(run.column("status || ' ' || generation || ' ' || clock || ' ' || credits_used"))
                .isEqualTo("running 2 active 10");
        assertThat(run.column("coalesce(stop_reason, 'none') || (finished_at is null)"))
                .isEqualTo("nonetrue");
        assertThat(run.events()).containsOnlyOnce("run.reset");
        assertThat(run.receipts()).containsExactly("reset:effective");
        assertThat(lifecycle.adopt(run.execution)).isFalse();
    }

    @Test
    void aResetOfALiveRunClosesWhatWasAsked() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1).estimate(10));
        Ask ask = run.step(2).estimate(10).notIdempotent();
        ask.admit();
        run.ask(Verb.CANCEL);

        TestRun reset = reset(run);
        assertThat(lifecycle.adopt(reset.execution)).isTrue();
        assertThat(run.status()).isEqualTo("running");
        assertThat(run.receipts()).containsExactly("cancel:run_state", "reset:effective");
        assertThat(run.complete(2, ask.token)).isInstanceOf(Recording.Superseded.class);
        assertThat(notAdmitted(reset.step(2).estimate(10).notIdempotent().admit())
                        .kind())
                .isEqualTo(Kind.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(
            value = StepStatus.class,
            names = {"FAILED", "TIMED_OUT"})
    void theLastStepStartsOverWhereItCameToNothingAndRepeatingItIsHarmless(StepStatus outcome) {
        TestRun run = endedAfter(outcome, true);

        TestRun reset = reset(run);

        reset.perform(reset.step(1).estimate(10));
        assertThat(run.ofStep(1, "status || ' ' || claims || ' ' || generation"))
                .isEqualTo("completed 2 2");
        assertThat(run.column("credits_used")).isEqualTo("10");
    }

    @ParameterizedTest
    @EnumSource(
            value = StepStatus.class,
            names = {"FAILED", "TIMED_OUT"})
    void aCallThatMayNotBeRepeatedGivesItsRecordedOutcome(StepStatus outcome) {
        TestRun run = endedAfter(outcome, false);

        TestRun reset = reset(run);

        assertThat(notAdmitted(reset.step(1).estimate(10).notIdempotent().admit())
                        .kind()
                        .wire())
                .isEqualTo(outcome.wire());
        assertThat(run.ofStep(1, "claims")).isEqualTo("1");
        assertThat(run.decisions()).containsOnlyOnce("admitted");
    }

    @Test
    void aFailureThatTheRunWentOnFromGivesItsRecordedOutcome() {
        TestRun run = runs.run("{}");
        Ask failed = run.step(1).estimate(10);
        failed.admit();
        run.record(1, failed.token, StepStatus.FAILED, null);
        run.perform(run.step(2).estimate(10));
        run.finish(RunStatus.COMPLETED, StopReason.DONE);

        TestRun reset = reset(run);

        assertThat(notAdmitted(reset.step(1).estimate(10).admit()).kind()).isEqualTo(Kind.FAILED);
        assertThat(reset.step(2).estimate(10).admit()).isInstanceOf(Admission.AlreadyRecorded.class);
        reset.perform(reset.step(3).estimate(10));
        assertThat(run.column("credits_used")).isEqualTo("20");
    }

    @Test
    void aRefusalThatTheRunEndedWithIsEvaluatedAnew() {
        TestRun run = runs.run("{\"maxCreditsPerStep\": 5}");
        assertThat(notAdmitted(run.step(1).estimate(10).admit()).kind()).isEqualTo(Kind.REFUSED);
        run.finish(RunStatus.FAILED, StopReason.GUARD_DENIED);

        TestRun reset = reset(run);

        reset.perform(reset.step(1).estimate(5));
    }

    @Test
    void aRefusalThatTheRunWentOnFromIsRepeated() {
        TestRun run = runs.run("{\"maxCreditsPerStep\": 5}");
        run.step(1).estimate(10).admit();
        run.perform(run.step(2).estimate(5));

        TestRun reset = reset(run);

        assertThat(notAdmitted(reset.step(1).estimate(10).admit()).kind()).isEqualTo(Kind.REFUSED);
        assertThat(run.decisions()).containsExactly("step_cost:refused", "admitted");
    }

    @Test
    void whatAPersonSkippedStaysSkipped() {
        TestRun run = unknown();
        resolve(run, ResolveOutcome.SKIP);
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);

        TestRun reset = reset(run);

        assertThat(notAdmitted(reset.step(1).estimate(10).notIdempotent().admit())
                        .kind())
                .isEqualTo(Kind.CANCELLED);
        assertThat(run.ofStep(1, "status || ' ' || skipped || ' ' || claims")).isEqualTo("cancelled true 1");
    }

    @Test
    void whatAPersonSaidHasHappenedStaysSo() {
        TestRun run = unknown();
        resolve(run, ResolveOutcome.HAPPENED);
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);

        TestRun reset = reset(run);

        assertThat(reset.step(1).estimate(10).notIdempotent().admit()).isInstanceOf(Admission.AlreadyRecorded.class);
    }

    @Test
    void aDoubtStaysADoubtUntilAPersonSaysRetry() {
        TestRun run = unknown();
        run.finish(RunStatus.CANCELLED, StopReason.CANCELLED);

        TestRun reset = reset(run);

        Ask ask = reset.step(1).estimate(10).notIdempotent();
        assertThat(notAdmitted(ask.admit()).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(run.column("status || ' ' || pause_reason")).isEqualTo("paused unknown_outcome");
        resolve(run, ResolveOutcome.RETRY);
        reset.perform(ask.anotherAttempt());
        assertThat(run.ofStep(1, "claims")).isEqualTo("2");
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("10/0");
    }

    @Test
    void aCancelledCallIsMadeAgainWhereThatIsHarmless() {
        TestRun run = endedAfter(StepStatus.CANCELLED, true);

        TestRun reset = reset(run);

        reset.perform(reset.step(1).estimate(10));
    }

    @Test
    void aCancelledCallThatMayNotBeRepeatedIsInDoubt() {
        TestRun run = endedAfter(StepStatus.CANCELLED, false);

        TestRun reset = reset(run);

        assertThat(notAdmitted(reset.step(1).estimate(10).notIdempotent().admit())
                        .kind())
                .isEqualTo(Kind.UNKNOWN);
        assertThat(run.ofStep(1, "status || ' ' || claims || ' ' || (finished_at is null)"))
                .isEqualTo("unknown 1 true");
    }

    @Test
    void whatARetryWasGrantedForAndNeverCalledIsInDoubt() {
        TestRun run = unknown();
        resolve(run, ResolveOutcome.RETRY);
        run.finish(RunStatus.CANCELLED, StopReason.CANCELLED);

        TestRun reset = reset(run);

        assertThat(notAdmitted(reset.step(1).estimate(10).notIdempotent().admit())
                        .kind())
                .isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void aRunThatPausedAtAFailureDoesSoAgain() {
        TestRun run = endedAfter(StepStatus.FAILED, false);

        TestRun reset = reset(run);
        reset.step(1).estimate(10).notIdempotent().admit();

        assertThat(lifecycle
                        .pauseFor(reset.execution, 1, PauseReason.STEP_FAILED, "failed")
                        .status())
                .isEqualTo(RunStatus.PAUSED);
    }

    private TestRun endedAfter(StepStatus outcome, boolean idempotent) {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(10);
        if (!idempotent) {
            ask.notIdempotent();
        }
        ask.admit();
        run.record(1, ask.token, outcome, null);
        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);
        return run;
    }

    /** Paused because nobody knows what became of step 1. */
    private TestRun unknown() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(10).notIdempotent();
        ask.admit();
        run.record(1, ask.token, StepStatus.UNKNOWN, null);
        return run;
    }

    private void resolve(TestRun run, ResolveOutcome outcome) {
        controls.resolve(UUID.randomUUID().toString(), run.id, 1, outcome, null, "someone");
    }

    private static TestRun reset(TestRun run) {
        return run.in("reset-of-" + run.id, true);
    }
}
