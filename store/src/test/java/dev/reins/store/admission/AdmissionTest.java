package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("later-schema")
class AdmissionTest extends RunTest {
    @Test
    void admitsReservesAndSettlesAStep() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);

        assertThat(ask.admit()).isEqualTo(new Admission.Claimed(1, 0, 1, 1));
        assertThat(run.column("credits_reserved")).isEqualTo("100");

        assertThat(run.complete(1, ask.token)).isInstanceOf(Recording.Recorded.class);
        assertThat(run.column("credits_reserved || '/' || credits_used || '/' || step_count"))
                .isEqualTo("0/100/1");
        assertThat(run.events()).containsExactly("run.started", "step.started", "step.completed");
        assertThat(run.decisions()).containsExactly("admitted");
    }

    @Test
    void aRetriedAdmissionCountsOnce() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);
        Admission first = ask.admit();

        assertThat(ask.admit()).isEqualTo(first);
        assertThat(run.decisions()).containsExactly("admitted");
        assertThat(run.column("credits_reserved")).isEqualTo("100");
    }

    @Test
    void anIdempotentStepIsTakenOverAndOnlyTheLatestTokenRecords() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);
        ask.admit();
        UUID lost = ask.token;

        assertThat(ask.anotherAttempt().admit()).isEqualTo(new Admission.Claimed(2, 0, 1, 1));
        assertThat(run.column("credits_reserved")).isEqualTo("100");
        assertThat(run.complete(1, lost)).isInstanceOf(Recording.Superseded.class);
        assertThat(run.column("credits_used")).isEqualTo("0");
        assertThat(run.complete(1, ask.token)).isInstanceOf(Recording.Recorded.class);
        assertThat(run.complete(1, ask.token)).isInstanceOf(Recording.Recorded.class);
        assertThat(run.column("credits_used")).isEqualTo("100");
        assertThat(run.events()).containsOnlyOnce("step.completed");
    }

    @Test
    void aSecondClaimOfANonIdempotentStepMakesItUnknownAndPausesTheRun() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100).notIdempotent();
        ask.admit();

        StepNotDone verdict = notAdmitted(ask.anotherAttempt().admit());

        assertThat(verdict.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(run.column("status || ' ' || pause_reason")).isEqualTo("paused unknown_outcome");
        assertThat(run.ofStep(1, "status")).isEqualTo("unknown");
        assertThat(run.column("credits_reserved")).isEqualTo("100");
        assertThat(notAdmitted(ask.admit()).kind()).isEqualTo(Kind.HELD);
    }

    @Test
    void aRecordedStepIsRepeatedAndNotCalledAgain() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1).estimate(10));
        assertThat(run.step(1).estimate(10).admit())
                .isInstanceOfSatisfying(Admission.AlreadyRecorded.class, recorded -> {
                    assertThat(recorded.output()).hasToString("{\"step\":1}");
                    assertThat(recorded.totals().creditsUsed()).isEqualTo(10);
                });

        Ask failing = run.step(2).estimate(10);
        failing.admit();
        run.record(2, failing.token, StepStatus.FAILED, null);
        StepNotDone again = notAdmitted(failing.anotherAttempt().admit());
        assertThat(again.kind()).isEqualTo(Kind.FAILED);
        assertThat(again.message()).isEqualTo("failed");
        assertThat(run.column("credits_used")).isEqualTo("10");
    }

    @Test
    void aCompletedStepIsRepeatedEvenWhileThePauseIsPending() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1));
        run.ask(Verb.PAUSE);

        assertThat(run.step(1).admit()).isInstanceOf(Admission.AlreadyRecorded.class);
        assertThat(notAdmitted(run.step(2).admit()).kind()).isEqualTo(Kind.HELD);
    }

    @Test
    void aStepThatChangesAfterItWasClaimedKeepsItsAdmission() {
        TestRun run = runs.run("{\"maxCreditsPerStep\": 100}");
        Ask ask = run.step(1).estimate(100);
        ask.admit();
        runs.admissions().countFailedCall(run.execution, 1, ask.token, "connection refused");

        assertThat(ask.estimate(40).anotherAttempt().admit()).isEqualTo(new Admission.Claimed(2, 1, 1, 1));
        assertThat(ask.estimate(400).anotherAttempt().admit()).isEqualTo(new Admission.Claimed(3, 1, 1, 1));

        assertThat(run.column("credits_reserved")).isEqualTo("100");
        assertThat(run.decisions()).containsExactly("admitted");
    }

    @Test
    void aStepIsTakenOverNoMoreOnceOneHasClaimedItThatMayNotRepeatItsCall() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1);
        assertClaimed(ask.admit());
        runs.admissions().countFailedCall(run.execution, 1, ask.token, "503");
        assertClaimed(ask.notIdempotent().anotherAttempt().admit());

        assertThat(notAdmitted(run.step(1).admit()).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void aClaimThatIsGivenBackTakesNoDoubtOfAnEarlierOneWithIt() {
        TestRun run = runs.run("{}");
        Ask ask = claimedAfterALostClaim(run);

        assertThat(runs.admissions().giveBack(run.id, 1, ask.token)).isTrue();
        assertThat(runs.admissions().giveBack(run.id, 1, ask.token)).isFalse();

        assertThat(run.ofStep(1, "claims")).isEqualTo("1");
        assertThat(notAdmitted(run.step(1).notIdempotent().admit()).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void aCallThatFailedForCertainTakesNoDoubtOfAnEarlierOneWithIt() {
        TestRun run = runs.run("{}");
        Ask ask = claimedAfterALostClaim(run);

        runs.admissions().countFailedCall(run.execution, 1, ask.token, "503");

        assertThat(notAdmitted(run.step(1).notIdempotent().admit()).kind()).isEqualTo(Kind.UNKNOWN);
    }

    private static Ask claimedAfterALostClaim(TestRun run) {
        assertClaimed(run.step(1).admit());
        Ask ask = run.step(1).anotherAttempt();
        assertClaimed(ask.admit());
        return ask;
    }

    @Test
    void aClaimThatIsGivenBackAfterFailedCallsLeavesNoDoubt() {
        TestRun run = runs.run("{}");
        Ask failed = run.step(1);
        assertClaimed(failed.admit());
        runs.admissions().countFailedCall(run.execution, 1, failed.token, "503");
        Ask ask = run.step(1).anotherAttempt();
        assertClaimed(ask.admit());
        runs.admissions().giveBack(run.id, 1, ask.token);

        assertClaimed(run.step(1).notIdempotent().admit());
    }

    @Test
    void aClaimedStepThatOutgrowsItsRunIsReleasedOnce() {
        TestRun run = runs.run("{\"maxCredits\": 150}");
        Ask ask = run.step(1).estimate(100);
        ask.admit();
        runs.admissions().countFailedCall(run.execution, 1, ask.token, "connection refused");

        ask.estimate(200).anotherAttempt().admit();
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);

        assertThat(run.column("status || ' ' || credits_reserved")).isEqualTo("failed 0");
    }

    @Test
    void aFailedCallCountsOnceAndGivesTheStepToTheNextAttempt() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100).notIdempotent();
        ask.admit();

        assertThat(runs.admissions().countFailedCall(run.execution, 1, ask.token, "503"))
                .isEqualTo(1);
        assertThat(runs.admissions().countFailedCall(run.execution, 1, ask.token, "503"))
                .isEqualTo(1);
        assertThat(ask.anotherAttempt().admit()).isEqualTo(new Admission.Claimed(2, 1, 1, 1));
        assertThat(run.column("credits_reserved")).isEqualTo("100");
        assertThat(run.decisions()).containsExactly("admitted");
    }

    @Test
    void aStaleExecutionGetsNothing() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(10);
        ask.admit();
        TestRun continued = run.continued();
        lifecycle.adopt(continued.execution);
        continued.perform(continued.step(2).estimate(10));

        assertThat(notAdmitted(run.step(3).admit()).kind()).isEqualTo(Kind.STALE);
        assertThat(run.complete(1, ask.token)).isInstanceOf(Recording.Superseded.class);
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("10/10");
    }

    @Test
    void anEndedRunGrantsNoClaim() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1));
        run.finish(RunStatus.COMPLETED, StopReason.DONE);

        assertThat(notAdmitted(run.step(2).admit()).kind()).isEqualTo(Kind.STALE);
        assertThat(notAdmitted(run.in("unknown", false).step(2).admit()).kind()).isEqualTo(Kind.STALE);
    }

    @Test
    void timeInTheQueueIsNotActive() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1));
        runs.ahead(Duration.ofSeconds(10), () -> run.step(2).queuedMs(9_000).admit());

        assertThat(Long.parseLong(run.column("active_us / 1000"))).isBetween(1_000L, 2_500L);
        assertThat(Long.parseLong(run.column("waiting_us / 1000"))).isEqualTo(9_000);
    }

    @Test
    void theRunsTimeoutCountsActiveTimeAlone() {
        TestRun run = runs.run("{\"timeoutSeconds\": 60}");
        run.perform(run.step(1));
        assertClaimed(runs.ahead(
                Duration.ofSeconds(90), () -> run.step(2).queuedMs(40_000).admit()));

        StepNotDone verdict = notAdmitted(
                runs.ahead(Duration.ofSeconds(120), () -> run.step(3).admit()));

        assertThat(verdict.kind()).isEqualTo(Kind.RUN_ENDS);
        assertThat(verdict.stopReason()).isEqualTo(StopReason.TIMEOUT);
        assertThat(run.decisions()).last().isEqualTo("timeout:failed");
    }

    @Test
    void aRunThatDoesNotExistIsNamed() {
        RunId nobody = new RunId("nobody");
        TestRun run = runs.run("{}");
        assertThatThrownBy(() -> runs.admissions()
                        .countFailedCall(new Execution(nobody, "e", false, null), 1, UUID.randomUUID(), "x"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("nobody");
        assertThat(run.status()).isEqualTo("queued");
    }
}
