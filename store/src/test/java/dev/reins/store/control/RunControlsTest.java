package dev.reins.store.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.Door;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.control.RunControls.Accepted;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("later-schema")
class RunControlsTest extends RunTest {

    @Test
    void aPauseIsEffectiveAtTheNextBoundary() {
        TestRun run = started();
        Accepted pause = run.ask(Verb.PAUSE);
        assertThat(pause.status()).isEqualTo(RunStatus.PAUSING);
        assertThat(pause.standing()).isFalse();

        assertThat(run.withinStep().status()).isEqualTo(RunStatus.PAUSING);
        assertThat(receipt(pause).deliveredAt()).isNotNull();
        assertThat(receipt(pause).isOpen()).isTrue();

        Controls controls = run.atBoundary();
        assertThat(controls.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(controls.pauseReason()).isEqualTo(PauseReason.OPERATOR);
        assertThat(controls.message()).isEqualTo("Paused by someone");
        assertThat(receipt(pause).effectiveAt()).isNotNull();
        assertThat(run.column("clock")).isEqualTo("paused");
        assertThat(run.events()).containsExactly("run.started", "run.pausing", "run.paused");
    }

    @Test
    void aRepeatedPauseIsTheStandingOne() {
        TestRun run = started();
        Accepted pause = run.ask(Verb.PAUSE);
        assertThat(run.ask(Verb.PAUSE)).isEqualTo(new Accepted(receipt(pause), RunStatus.PAUSING, true));
        run.atBoundary();
        assertThat(run.ask(Verb.PAUSE).receipt().id()).isEqualTo(pause.receipt().id());
        assertThat(run.receipts()).containsExactly("pause:effective");
    }

    @Test
    void theSameReceiptIdIsTheSameRequest() {
        TestRun run = started();
        ControlRequest pause =
                new ControlRequest("once-" + run.id, run.id, Verb.PAUSE, Door.REST, null, null, 0, 0, false);
        controls.request(pause);
        assertThat(controls.request(pause).standing()).isFalse();
        assertThat(run.receipts()).containsExactly("pause:open");
    }

    @Test
    void aQueuedRunPausesAtItsFirstBoundary() {
        TestRun run = runs.run("{}");
        run.ask(Verb.PAUSE);
        lifecycle.adopt(run.execution);
        assertThat(run.status()).isEqualTo("pausing");
        assertThat(run.atBoundary().status()).isEqualTo(RunStatus.PAUSED);
    }

    @Test
    void resumeWithdrawsAPauseThatIsNotYetEffective() {
        TestRun run = started();
        run.ask(Verb.PAUSE);
        Accepted resume = run.ask(Verb.RESUME);

        assertThat(resume.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(run.receipts()).containsExactly("pause:withdrawn", "resume:open");
        assertThat(run.withinStep().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(run.receipts()).containsExactly("pause:withdrawn", "resume:effective");
        assertThat(run.ask(Verb.RESUME).receipt().id())
                .isEqualTo(resume.receipt().id());
    }

    @Test
    void resumeOfAQueuedRunThatPausesLeavesItQueued() {
        TestRun run = runs.run("{}");
        run.ask(Verb.PAUSE);
        assertThat(run.ask(Verb.RESUME).status()).isEqualTo(RunStatus.QUEUED);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        assertThat(run.receipts()).containsExactly("pause:withdrawn", "resume:effective");
    }

    @Test
    void resumeSetsAPausedRunRunningAtOnce() {
        TestRun run = started();
        run.ask(Verb.PAUSE);
        run.atBoundary();
        assertThat(run.ask(Verb.RESUME).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(run.column("clock || coalesce(pause_reason, '') || coalesce(waiting_message, '')"))
                .isEqualTo("active");
        run.ask(Verb.PAUSE);
        assertThat(run.atBoundary().status()).isEqualTo(RunStatus.PAUSED);
        assertThat(run.receipts()).containsExactly("pause:effective", "resume:effective", "pause:effective");
    }

    @Test
    void cancelClosesWhatItOvertakes() {
        TestRun run = started();
        run.ask(Verb.PAUSE);
        Accepted cancel = run.ask(Verb.CANCEL);

        assertThat(cancel.status()).isEqualTo(RunStatus.CANCELLING);
        assertThat(run.receipts()).containsExactly("pause:run_state", "cancel:open");
        assertThat(run.ask(Verb.CANCEL).receipt().id())
                .isEqualTo(cancel.receipt().id());
        assertThat(run.cancelRequested().status()).isEqualTo(RunStatus.CANCELLING);
        assertThat(receipt(cancel).isOpen()).isTrue();

        run.finish(RunStatus.CANCELLED, StopReason.CANCELLED);
        assertThat(run.receipts()).containsExactly("pause:run_state", "cancel:effective");
        assertThat(run.ask(Verb.CANCEL).standing()).isTrue();
    }

    @Test
    void aCancelThatComesTooLateIsRefusedInItsReceipt() {
        TestRun run = started();
        run.ask(Verb.CANCEL);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        assertThat(run.receipts()).containsExactly("cancel:run_state");
    }

    @ParameterizedTest
    @CsvSource({"PAUSE, COMPLETED", "RESUME, COMPLETED", "CANCEL, COMPLETED", "PAUSE, CANCELLED", "RESUME, FAILED"})
    void anEndedRunIsNotControlled(Verb verb, RunStatus status) {
        TestRun run = started();
        run.finish(status, StopReason.DONE);
        RequestRejected rejection = catchThrowableOfType(RequestRejected.class, () -> run.ask(verb));
        assertThat(rejection.code()).isEqualTo(ErrorCode.RUN_STATE);
        assertThat(rejection.details()).containsEntry("runStatus", status.wire());
        assertThat(run.receipts()).isEmpty();
    }

    @Test
    void otherCrossingsAreRunState() {
        TestRun run = started();
        assertRejected(ErrorCode.RUN_STATE, () -> run.ask(Verb.RESUME));
        run.ask(Verb.CANCEL);
        assertRejected(ErrorCode.RUN_STATE, () -> run.ask(Verb.PAUSE));
        assertRejected(ErrorCode.RUN_STATE, () -> run.ask(Verb.RESUME));
        TestRun queued = runs.run("{}");
        assertRejected(ErrorCode.RUN_STATE, () -> queued.ask(Verb.RESUME));
        ControlRequest nobody =
                new ControlRequest("r", new RunId("nobody"), Verb.PAUSE, Door.REST, null, null, 0, 0, false);
        assertRejected(ErrorCode.NOT_FOUND, () -> controls.request(nobody));
    }

    @Test
    void aRunPausedAtItsStepLimitNeedsRoom() {
        TestRun run = runs.run("{\"maxSteps\": 1}");
        run.perform(run.step(1));
        notAdmitted(run.step(2).admit());

        RequestRejected rejection = catchThrowableOfType(RequestRejected.class, () -> run.ask(Verb.RESUME));
        assertThat(rejection.code()).isEqualTo(ErrorCode.NO_ROOM);
        assertThat(rejection.details()).containsEntry("needed", Map.of("steps", 1L, "credits", 0L));
        assertThat(run.receipts()).isEmpty();

        run.ask(Verb.RESUME, 1, 0, false);
        Controls controls = run.atBoundary();
        assertThat(controls.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(controls.maxSteps()).isEqualTo(2);
        assertThat(controls.repeatStep()).isTrue();
        run.perform(run.step(2));
    }

    @Test
    void aRunPausedAtItsCostLimitNeedsRoomForItsNextStep() {
        TestRun run = runs.run("{\"maxCredits\": 150}");
        run.perform(run.step(1).estimate(100));
        notAdmitted(run.step(2).estimate(100).admit());

        assertThat(catchThrowableOfType(RequestRejected.class, () -> run.ask(Verb.RESUME, 10, 49, false))
                        .details())
                .containsEntry("needed", Map.of("steps", 0L, "credits", 1L));
        run.ask(Verb.RESUME, 0, 50, false);
        run.perform(run.step(2).estimate(100));
        assertThat(run.column("credits_used || '/' || max_credits")).isEqualTo("200/200");
    }

    @Test
    void aRunWithoutCreditsNeedsAGrant() {
        TestRun run = runs.run(runs.user("pro", 10), "planned", "{}");
        notAdmitted(run.step(1).estimate(100).admit());

        assertThat(catchThrowableOfType(RequestRejected.class, () -> run.ask(Verb.RESUME))
                        .details())
                .containsEntry("needed", Map.of("steps", 0L, "credits", 90L));
        runs.grant(run.user, 90);
        run.ask(Verb.RESUME);
        run.perform(run.step(1).estimate(100));
    }

    @Test
    void onlyAnAdminExtendsBeyondTheTiersCapAndThatIsAudited() {
        TestRun run = runs.run("{\"maxSteps\": 500}");
        notAdmitted(run.step(501).admit());

        RequestRejected rejection =
                catchThrowableOfType(RequestRejected.class, () -> run.ask(Verb.RESUME, 1, 0, false));
        assertThat(rejection.code()).isEqualTo(ErrorCode.LIMIT_ABOVE_CAP);
        assertThat(rejection.details()).containsEntry("limit", 500L);
        assertThat(run.column("max_steps")).isEqualTo("500");

        run.ask(Verb.RESUME, 1, 0, true);
        assertThat(run.column("max_steps || ' ' || (limit_sources ->> 'maxSteps')"))
                .isEqualTo("501 admin");
        assertThat(database.jdbc()
                        .sql("select actor || ' ' || action from audit where subject = :run")
                        .param("run", run.id.value())
                        .query(String.class)
                        .list())
                .containsExactly("someone run.extend_above_cap");
    }

    @Test
    void aSignalFromTheCommandLineGetsAReceiptOnce() {
        TestRun run = started();
        Signal pause = new Signal("e/1", "pause", "{\"by\": \"op\", \"reason\": \"lunch\"}", null);
        assertThat(run.withinStep(pause).status()).isEqualTo(RunStatus.PAUSING);
        assertThat(run.atBoundary(pause).message()).isEqualTo("Paused by op: lunch");
        run.atBoundary(new Signal("e/2", "resume", null, null));

        assertThat(run.receipts()).containsExactly("pause:effective", "resume:effective");
        assertThat(controls.find("e/1").orElseThrow().door()).isEqualTo(Door.TEMPORAL);
    }

    @Test
    void badSignalsLeaveRefusedReceipts() {
        TestRun run = started();
        Controls controls = run.atBoundary(
                signal(run, 1, "pause", "{\"extendSteps\": 1}"),
                signal(run, 2, "pause", "[]"),
                signal(run, 3, "resume", "{\"extendSteps\": \"many\"}"),
                signal(run, 4, "resume", "{\"extendCredits\": -1}"),
                signal(run, 5, "explode", "{}"),
                new Signal(run.id + "/6", "pause", null, "not a JSON payload"),
                signal(run, 7, "resume", "{}"));

        assertThat(controls.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(run.receipts())
                .containsExactly(
                        "pause:invalid_request",
                        "pause:invalid_request",
                        "resume:invalid_request",
                        "resume:invalid_request",
                        "unknown:unknown_signal",
                        "pause:invalid_request",
                        "resume:run_state");
    }

    @Test
    void aSignalThatNamesAReceiptIsItsDelivery() {
        TestRun run = started();
        String id = run.ask(Verb.PAUSE).receipt().id();
        assertThat(controls.undelivered(Instant.now().plusSeconds(60)))
                .anyMatch(undelivered -> undelivered.receiptId().equals(id));
        run.withinStep(signal(run, 1, "pause", "{\"receiptId\": \"" + id + "\", \"by\": \"someone\"}"));

        assertThat(controls.undelivered(Instant.now().plusSeconds(60)))
                .noneMatch(undelivered -> undelivered.receiptId().equals(id));
        assertThat(run.receipts()).containsExactly("pause:open");
    }

    @Test
    void aRepeatedSignalHasItsOwnReceiptWithTheSameEffect() {
        TestRun run = started();
        run.withinStep(signal(run, 1, "pause", "{}"), signal(run, 2, "pause", "{}"));
        assertThat(run.receipts()).containsExactly("pause:open", "pause:open");
        run.atBoundary(signal(run, 3, "pause", "{}"));
        assertThat(run.receipts()).containsExactly("pause:effective", "pause:effective", "pause:effective");
    }

    @Test
    void aCancelFromTheCommandLineGetsAReceipt() {
        TestRun run = started();
        assertThat(run.cancelRequested().status()).isEqualTo(RunStatus.CANCELLING);
        run.cancelRequested();
        run.finish(RunStatus.CANCELLED, StopReason.CANCELLED);
        assertThat(run.receipts()).containsExactly("cancel:effective");
        assertThat(run.events()).containsExactly("run.started", "run.cancelling", "run.finished");
    }

    @Test
    void aPauseThatAGuardOvertakesIsEffectiveToo() {
        TestRun run = started();
        Ask ask = run.step(1).estimate(10).notIdempotent();
        ask.admit();
        run.ask(Verb.PAUSE);
        run.record(1, ask.token, StepStatus.UNKNOWN, null);

        assertThat(run.column("status || ' ' || pause_reason")).isEqualTo("paused unknown_outcome");
        assertThat(run.atBoundary().pauseReason()).isEqualTo(PauseReason.UNKNOWN_OUTCOME);
        assertThat(run.receipts()).containsExactly("pause:effective");
    }

    @Test
    void aPauseThatAGuardOvertakesStaysEffectiveWhereTheGuardIsAnsweredFirst() {
        TestRun run = started();
        Ask ask = run.step(1).estimate(10).notIdempotent();
        ask.admit();
        run.ask(Verb.PAUSE);
        run.record(1, ask.token, StepStatus.UNKNOWN, null);
        controls.resolve("skip-" + run.id, run.id, 1, ResolveOutcome.SKIP, null, "someone");

        assertThat(run.atBoundary().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(run.receipts()).containsExactly("pause:effective", "resolve:effective");
    }

    @Test
    void theWordsOfASignalAreAsLongAsRestTakesThem() {
        TestRun run = started();
        String longest = "x".repeat(2_000);
        run.withinStep(
                signal(run, 1, "pause", "{\"reason\": \"" + longest + "y\"}"),
                signal(run, 2, "pause", "{\"by\": \"" + longest + "y\"}"),
                signal(run, 3, "resume", "{\"reason\": \"" + longest + "y\"}"),
                signal(run, 4, "pause", "{\"reason\": \"" + longest + "\"}"));

        assertThat(run.receipts())
                .containsExactly(
                        "pause:invalid_request", "pause:invalid_request", "resume:invalid_request", "pause:open");
        Controls controls = run.atBoundary();
        assertThat(controls.message()).startsWith("Paused: xxx").hasSizeLessThanOrEqualTo(200);
        assertThat(run.column("waiting_message")).hasSize("Paused: ".length() + 2_000);
    }

    private TestRun started() {
        TestRun run = runs.run("{}");
        lifecycle.adopt(run.execution);
        return run;
    }

    private Receipt receipt(Accepted accepted) {
        return controls.find(accepted.receipt().id()).orElseThrow();
    }

    private static Signal signal(TestRun run, int number, String name, String payload) {
        return new Signal(run.id + "/" + number, name, payload, null);
    }

    private static void assertRejected(ErrorCode code, Runnable request) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        RequestRejected.class, r -> assertThat(r.code()).isEqualTo(code));
    }
}
