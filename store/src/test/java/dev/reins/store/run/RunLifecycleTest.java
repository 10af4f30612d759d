package dev.reins.store.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.RunBookkeeping.StepClaim;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.admission.Recording;
import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("later-schema")
class RunLifecycleTest extends RunTest {

    @Test
    void theFirstExecutionStartsTheRunOnce() {
        TestRun run = runs.run("{}");
        assertThat(lifecycle.adopt(run.execution)).isTrue();
        assertThat(lifecycle.adopt(run.execution)).isTrue();
        assertThat(run.events()).containsExactly("run.started");
        assertThat(run.column("status || ' ' || clock || ' ' || (started_at is not null)"))
                .isEqualTo("running active true");
        assertThatThrownBy(() -> lifecycle.adopt(new Execution(new RunId("nobody"), "e", false, null)))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void acontinuedExecutionTakesOverAndTheOldOneIsStale() {
        TestRun run = runs.run("{}");
        lifecycle.adopt(run.execution);
        TestRun continued = run.continued();
        assertThat(lifecycle.adopt(continued.execution)).isTrue();
        assertThat(lifecycle.adopt(run.execution)).isFalse();
        assertThat(run.atBoundary().status().isTerminal()).isTrue();
        assertThat(run.status()).isEqualTo("running");
        assertThat(run.column("generation")).isEqualTo("1");
    }

    @Test
    void anEndedRunIsNotBegunAgainWithoutAReset() {
        TestRun run = runs.run("{}");
        lifecycle.adopt(run.execution);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        assertThat(lifecycle.adopt(run.in("another", false).execution)).isFalse();
        assertThat(run.status()).isEqualTo("completed");
    }

    @Test
    void astrangerUnderTheIdOfALiveRunGetsNothing() {
        TestRun run = runs.run("{}");
        lifecycle.adopt(run.execution);
        TestRun stranger = run.in("stranger", false);

        assertThat(lifecycle.adopt(stranger.execution)).isFalse();
        assertThat(notAdmitted(stranger.step(1).admit()).kind()).isEqualTo(Kind.STALE);
        assertThat(lifecycle.adopt(stranger.continued().execution)).isFalse();
        run.perform(run.step(1));

        assertThat(lifecycle.reflectClosed(
                        run.id,
                        run.execution.executionId(),
                        RunStatus.TERMINATED,
                        StopReason.TERMINATED,
                        "by an operator"))
                .isTrue();
        assertThat(run.status()).isEqualTo("terminated");
    }

    @Test
    void theEndReleasesEverything() {
        TestRun run = runs.run("{}");
        Ask idempotent = run.step(1).estimate(10);
        Ask sending = run.step(2).estimate(20).notIdempotent();
        Ask doubtful = run.step(3).estimate(40).notIdempotent();
        idempotent.admit();
        sending.admit();
        doubtful.admit();
        run.record(3, doubtful.token, StepStatus.UNKNOWN, null);

        run.finish(RunStatus.CANCELLED, StopReason.CANCELLED);

        assertThat(run.column("status || ' ' || credits_reserved || ' ' || credits_used"))
                .isEqualTo("cancelled 0 0");
        assertThat(run.ofStep(1, "status")).isEqualTo("cancelled");
        assertThat(run.ofStep(2, "status")).isEqualTo("unknown");
        assertThat(run.ofStep(3, "status")).isEqualTo("unknown");
        assertThat(run.complete(2, sending.token)).isInstanceOf(Recording.Superseded.class);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        assertThat(run.status()).isEqualTo("cancelled");
        assertThat(run.events()).last().isEqualTo("run.finished");
    }

    @Test
    void aTerminationFromTheCommandLineIsReflectedOnce() {
        TestRun run = runs.run("{}");
        run.step(1).estimate(10).admit();
        String execution = run.execution.executionId();

        assertThat(lifecycle.reflectClosed(
                        run.id, execution, RunStatus.TERMINATED, StopReason.TERMINATED, "by an operator"))
                .isTrue();
        assertThat(lifecycle.reflectClosed(run.id, execution, RunStatus.TERMINATED, StopReason.TERMINATED, null))
                .isFalse();
        assertThat(run.column("status || ' ' || stop_reason || ' ' || error_message || ' ' || credits_reserved"))
                .isEqualTo("terminated terminated by an operator 0");
        assertThat(run.receipts()).containsExactly("terminate:effective");
    }

    @Test
    void anExecutionThatAnotherHasReplacedReflectsNothing() {
        TestRun run = runs.run("{}");
        lifecycle.adopt(run.execution);
        lifecycle.adopt(run.continued().execution);
        assertThat(lifecycle.reflectClosed(
                        run.id, run.execution.executionId(), RunStatus.TERMINATED, StopReason.TERMINATED, null))
                .isFalse();
        assertThat(run.status()).isEqualTo("running");
    }

    @Test
    void aRunClosedBeforeItBeganIsEnded() {
        TestRun run = runs.run("{}");
        run.ask(Verb.CANCEL);
        assertThat(lifecycle.reflectClosed(run.id, "e", RunStatus.CANCELLED, StopReason.CANCELLED, null))
                .isTrue();
        assertThat(run.receipts()).containsExactly("cancel:effective");
    }

    @Test
    void whatNobodyClaimedWasNotActiveTime() {
        TestRun run = runs.run("{\"timeoutSeconds\": 60}");
        run.perform(run.step(1));
        StepClaim unclaimed = runs.ahead(Duration.ofSeconds(60), () -> lifecycle.claimed(run.execution, 2));
        assertThat(unclaimed.claimed()).isFalse();
        assertThat(unclaimed.activeMs()).isLessThan(2_000);
        assertThat(Long.parseLong(run.column("waiting_us"))).isGreaterThan(59_000_000);
        assertThat(lifecycle.claimed(run.execution, 1).claimed()).isTrue();
    }

    @Test
    void listsWhatTemporalHasNotConfirmed() {
        TestRun run = runs.run("{}");
        Instant later = Instant.now().plusSeconds(60);
        assertThat(lifecycle.unstarted(later))
                .anyMatch(unstarted -> unstarted.runId().equals(run.id));
        lifecycle.engineStarted(run.id);
        assertThat(lifecycle.unstarted(later))
                .noneMatch(unstarted -> unstarted.runId().equals(run.id));
        assertThat(lifecycle.live(null, 1000)).anyMatch(live -> live.runId().equals(run.id));
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        assertThat(lifecycle.live(null, 1000)).noneMatch(live -> live.runId().equals(run.id));
    }
}
