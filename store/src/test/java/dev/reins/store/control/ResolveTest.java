package dev.reins.store.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.Door;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.StoredJson;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.Recording;
import dev.reins.store.run.RunViews;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@Tag("later-schema")
class ResolveTest extends RunTest {

    @Test
    void happenedSettlesAndGivesTheOutputAsRecorded() {
        TestRun run = doubtful();
        resolve(run, 1, ResolveOutcome.HAPPENED, StoredJson.read("{\"sent\": true}"));

        assertThat(run.column("status || ' ' || credits_used || '/' || credits_reserved"))
                .isEqualTo("running 100/0");
        Controls controls = run.atBoundary();
        assertThat(controls.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(controls.repeatStep()).isTrue();
        assertThat(run.receipts()).containsExactly("resolve:effective");
        assertThat(run.step(1).estimate(100).notIdempotent().admit())
                .isInstanceOfSatisfying(
                        Admission.AlreadyRecorded.class,
                        recorded -> assertThat(recorded.output()).hasToString("{\"sent\":true}"));
    }

    @ParameterizedTest
    @EnumSource(names = {"HAPPENED", "SKIP"})
    void whatAPersonSaysOfAStepIsNoAttemptAndTakesNoTime(ResolveOutcome outcome) {
        TestRun run = doubtful();
        resolve(run, 1, outcome, null);

        assertThat(new RunViews(database.jdbc()).toolCalls(run.id, 10, null).items())
                .singleElement()
                .satisfies(call -> assertThat(call.durationMs()).isNull());
    }

    @Test
    void retryGrantsTheNextClaimWithoutASecondAdmission() {
        TestRun run = doubtful();
        resolve(run, 1, ResolveOutcome.RETRY, null);

        Ask again = run.step(1).estimate(100).notIdempotent();
        assertThat(again.admit()).isEqualTo(new Admission.Claimed(2, 0, 1, 1));
        run.complete(1, again.token);
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("100/0");
        assertThat(run.decisions()).containsExactly("admitted");
    }

    @Test
    void aRetryThatNoWorkerHasClaimedIsWaitedForAndKeepsItsAdmission() {
        TestRun run = doubtful();
        resolve(run, 1, ResolveOutcome.RETRY, null);
        Ask again = run.step(1).estimate(100).notIdempotent();

        assertThat(lifecycle.claimed(run.execution, 1).claimed()).isFalse();
        assertClaimed(runs.ahead(Duration.ofSeconds(61), again::admit));

        assertThat(lifecycle.claimed(run.execution, 1).claimed()).isTrue();
        assertThat(run.decisions()).containsExactly("admitted");
    }

    @Test
    void skipReleasesAndGoesOn() {
        TestRun run = doubtful();
        resolve(run, 1, ResolveOutcome.SKIP, null);

        assertThat(run.column("status || ' ' || credits_used || '/' || credits_reserved"))
                .isEqualTo("running 0/0");
        assertThat(notAdmitted(run.step(1).estimate(100).notIdempotent().admit())
                        .kind())
                .isEqualTo(Kind.CANCELLED);
        assertThat(run.ofStep(1, "status || ' ' || skipped")).isEqualTo("cancelled true");
        run.perform(run.step(2));
    }

    @Test
    void aResultThatComesAfterTheDoubtIsEvidenceOnly() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100).notIdempotent();
        ask.admit();
        UUID lost = ask.token;
        ask.anotherAttempt().admit();

        assertThat(run.complete(1, lost)).isInstanceOf(Recording.Superseded.class);
        assertThat(run.complete(1, lost)).isInstanceOf(Recording.Superseded.class);
        assertThat(run.ofStep(1, "status")).isEqualTo("unknown");
        assertThat(database.jdbc()
                        .sql("select outcome || ' ' || output from late_results where run_id = :run")
                        .param("run", run.id.value())
                        .query(String.class)
                        .list())
                .containsExactly("completed {\"step\": 1}");
    }

    @Test
    void plainResumeDoesNotAnswerTheQuestion() {
        TestRun run = doubtful();
        assertRejected(ErrorCode.RUN_STATE, () -> run.ask(Verb.RESUME));
        assertThat(run.status()).isEqualTo("paused");
    }

    @Test
    void aFailedStepTheRunPausedAtCanBeRetried() {
        TestRun run = pausedAtFailedStep();
        resolve(run, 1, ResolveOutcome.RETRY, null);

        assertThat(run.atBoundary().repeatStep()).isTrue();
        run.perform(run.step(1).estimate(30));
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("30/0");
        assertThat(run.decisions()).containsExactly("admitted", "admitted");
    }

    @Test
    void plainResumeAfterAFailedStepGoesOnWithTheNext() {
        TestRun run = pausedAtFailedStep();
        run.ask(Verb.RESUME);
        assertThat(run.atBoundary().repeatStep()).isFalse();
        assertThat(notAdmitted(run.step(1).estimate(30).admit()).kind()).isEqualTo(Kind.FAILED);
    }

    @ParameterizedTest
    @EnumSource(
            value = ResolveOutcome.class,
            names = {"HAPPENED", "SKIP"})
    void aFailedStepIsOnlyRetried(ResolveOutcome outcome) {
        TestRun run = pausedAtFailedStep();
        assertRejected(ErrorCode.RUN_STATE, () -> resolve(run, 1, outcome, null));
    }

    @Test
    void nothingElseIsResolved() {
        TestRun run = doubtful();
        assertRejected(ErrorCode.NOT_FOUND, () -> resolve(run, 7, ResolveOutcome.SKIP, null));
        resolve(run, 1, ResolveOutcome.SKIP, null);
        assertRejected(ErrorCode.RUN_STATE, () -> resolve(run, 1, ResolveOutcome.SKIP, null));
        assertThat(run.receipts()).containsExactly("resolve:open");
    }

    @Test
    void theRunGoesOnOnceNoStepIsUnknown() {
        TestRun run = runs.run("{}");
        Ask one = run.step(1).estimate(10).notIdempotent();
        Ask two = run.step(2).estimate(10).notIdempotent();
        one.admit();
        two.admit();
        run.record(1, one.token, StepStatus.UNKNOWN, null);
        run.record(2, two.token, StepStatus.UNKNOWN, null);

        assertThat(resolve(run, 1, ResolveOutcome.HAPPENED, null).status()).isEqualTo(RunStatus.PAUSED);
        assertThat(resolve(run, 2, ResolveOutcome.SKIP, null).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(run.column("credits_used")).isEqualTo("10");
    }

    /** Paused because step 1, which may not be repeated, was claimed and never recorded. */
    private TestRun doubtful() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100).notIdempotent();
        ask.admit();
        assertThat(notAdmitted(ask.anotherAttempt().admit()).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(run.atBoundary().pauseReason()).isEqualTo(PauseReason.UNKNOWN_OUTCOME);
        return run;
    }

    @Test
    void aRetriedStepIsAdmittedAlsoAfterAnotherPause() {
        TestRun run = pausedAtFailedStep();
        resolve(run, 1, ResolveOutcome.RETRY, null);
        run.atBoundary();
        controls.request(new ControlRequest("p", run.id, Verb.PAUSE, Door.REST, null, null, 0, 0, true));
        run.atBoundary();
        controls.request(new ControlRequest("r", run.id, Verb.RESUME, Door.REST, null, null, 0, 0, true));
        run.atBoundary();

        assertClaimed(run.step(1).estimate(30).admit());
        assertThat(run.column("credits_reserved")).isEqualTo("30");
    }

    @Test
    void aRepeatedPauseAtAFailedStepUndoesNoResume() {
        TestRun run = pausedAtFailedStep();
        run.ask(Verb.RESUME);

        Controls repeated = lifecycle.pauseFor(run.execution, 1, PauseReason.STEP_FAILED, "failed");

        assertThat(repeated.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(repeated.repeatStep()).isFalse();
        assertThat(run.receipts()).containsExactly("resume:open");
        assertThat(run.events()).containsOnlyOnce("run.paused");
    }

    @Test
    void aStepThatWasPassedOverPausesTheRunNoMoreAndIsNotRepeatedForAnothersSake() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1);
        ask.admit();
        run.record(1, ask.token, StepStatus.FAILED, null);
        sql(run, "update steps set skipped = true where run_id = :run");
        sql(run, "update runs set repeat_step = true where id = :run");

        Controls controls = pauseFor(run);

        assertThat(controls.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(controls.repeatStep()).isFalse();
    }

    private void sql(TestRun run, String statement) {
        database.jdbc().sql(statement).param("run", run.id.value()).update();
    }

    @Test
    void aRetriedStepThatFailsAgainPausesAgain() {
        TestRun run = pausedAtFailedStep();
        resolve(run, 1, ResolveOutcome.RETRY, null);
        assertThat(pauseFor(run).repeatStep()).isTrue();
        Ask again = run.step(1).estimate(30);
        again.admit();
        run.record(1, again.token, StepStatus.FAILED, null);

        assertThat(pauseFor(run).status()).isEqualTo(RunStatus.PAUSED);
    }

    @Test
    void aRefusedStepThatIsRefusedAgainPausesAgain() {
        TestRun run = runs.run("{\"maxCreditsPerStep\": 10}");
        run.step(1).estimate(30).admit();
        pauseFor(run);
        resolve(run, 1, ResolveOutcome.RETRY, null);
        assertThat(notAdmitted(run.step(1).estimate(30).admit()).kind()).isEqualTo(Kind.REFUSED);

        assertThat(pauseFor(run).status()).isEqualTo(RunStatus.PAUSED);
    }

    private Controls pauseFor(TestRun run) {
        return lifecycle.pauseFor(run.execution, 1, PauseReason.STEP_FAILED, "it failed");
    }

    @Test
    void aRetriedStepKeepsItsEvidenceThroughAPause() {
        TestRun run = pausedAtFailedStep();
        resolve(run, 1, ResolveOutcome.RETRY, null);
        run.ask(Verb.PAUSE);
        run.atBoundary();

        assertThat(run.ofStep(1, "status || ' ' || claims")).isEqualTo("waiting 1");
        run.ask(Verb.RESUME);
        run.perform(run.step(1).estimate(30));
        assertThat(run.ofStep(1, "status || ' ' || claims")).isEqualTo("completed 2");
    }

    private TestRun pausedAtFailedStep() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(30);
        ask.admit();
        run.record(1, ask.token, StepStatus.FAILED, null);
        Controls controls = lifecycle.pauseFor(run.execution, 1, PauseReason.STEP_FAILED, "failed");
        assertThat(controls.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(controls.message()).isEqualTo("failed");
        return run;
    }

    private RunControls.Accepted resolve(TestRun run, int step, ResolveOutcome outcome, JsonNode output) {
        return controls.resolve(UUID.randomUUID().toString(), run.id, step, outcome, output, "someone");
    }

    private static void assertRejected(ErrorCode code, Runnable request) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        RequestRejected.class, r -> assertThat(r.code()).isEqualTo(code));
    }
}
