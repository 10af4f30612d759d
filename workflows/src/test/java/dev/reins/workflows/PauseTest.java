package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.run.RunState;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PauseTest {
    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = new TestBed();
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void aPausedRunThatTheStoreHasForgottenEndsAtItsNextSignal() {
        World world = World.planned("echo");
        world.row(RunStatus.PAUSING, null, null);
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        world.forgetTheRun();
        run.resume();
        ApplicationFailure failure = run.fails();
        assertThat(failure.getType()).isEqualTo("stale");
        assertThat(failure.getOriginalMessage()).isEqualTo("There is no such run");
        assertThat(world.finish).isNull();
    }

    @Test
    void aRunThatTheStoreHasForgottenByItsEndSaysSo() {
        World world = World.planned("echo");
        world.step(1, (step, of) -> {
            of.forgetTheRun();
            return of.succeed(step);
        });
        assertThat(bed.start(world).fails().getType()).isEqualTo("stale");
        assertThat(world.calls).endsWith("finish");
    }

    @Test
    void aPauseWithinAStepIsShownAtOnceAndEffectiveAtItsEnd() {
        CountDownLatch letGo = new CountDownLatch(1);
        Run run = bed.start(World.planned("echo", "echo").step(1, Acts.runsUntil(letGo)));
        run.hasAsked("1 echo");
        run.pause();
        run.reaches(RunStatus.PAUSING);
        run.eventually(() -> assertThat(run.shownStatus()).isEqualTo("pausing"));
        assertThat(run.state().currentStep()).isEqualTo(1);
        letGo.countDown();
        run.reaches(RunStatus.PAUSED);
        run.eventually(() -> assertThat(run.shownStatus()).isEqualTo("paused"));
        assertThat(run.state().pauseReason()).isEqualTo(PauseReason.OPERATOR);
        assertThat(run.world().asked).containsExactly("1 echo");
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "2 echo");
        assertThat(run.world().receipts).containsExactly("pause effective", "resume effective");
    }

    @Test
    void aPauseIsWithdrawnByAResumeBeforeTheStepEnds() {
        CountDownLatch letGo = new CountDownLatch(1);
        Run run = bed.start(World.planned("echo", "echo").step(1, Acts.runsUntil(letGo)));
        run.hasAsked("1 echo");
        run.pause();
        run.reaches(RunStatus.PAUSING);
        run.resume();
        run.reaches(RunStatus.RUNNING);
        letGo.countDown();
        run.completes();
        assertThat(run.world().receipts).containsExactly("pause refused: withdrawn", "resume effective");
    }

    @Test
    void aPauseBeforeTheRunBeginsHoldsItsFirstStep() {
        World world = World.planned("echo");
        Run run = bed.prepare("run-paused-early", world);
        run.stub().signalWithStart("pause", new Object[] {}, new Object[] {});
        run.reaches(RunStatus.PAUSED);
        assertThat(world.asked).isEmpty();
        run.resume();
        run.completes();
    }

    @Test
    void aRunThatIsPausingInItsRowWhenItBeginsIsHeld() {
        World world = World.planned("echo");
        world.row(RunStatus.PAUSING, null, null);
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        assertThat(world.calls).containsExactly("begin", "controls", "controls", "plan 1", "finish");
    }

    @Test
    void aPauseWhileItWaitsIsEffectiveAtOnce() {
        long inAnHour =
                bed.environment.currentTimeMillis() + Duration.ofHours(1).toMillis();
        Run run = bed.start(World.planned("echo").step(1, Acts.waitsUntil(() -> inAnHour)));
        run.hasAsked("1 echo");
        run.eventually(() -> assertThat(run.events()).contains(EventType.EVENT_TYPE_TIMER_STARTED));
        run.pause();
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "1 echo");
        assertThat(run.events())
                .contains(EventType.EVENT_TYPE_TIMER_CANCELED)
                .doesNotContain(EventType.EVENT_TYPE_TIMER_FIRED);
    }

    @Test
    void pausesWhereAGuardPausesItAndAsksAgainForTheSameStep() {
        Run run =
                bed.start(World.planned("echo", "echo").step(2, Acts.isPausedBy(PauseReason.COST_LIMIT, Kind.PAUSED)));
        run.hasAsked("1 echo", "2 echo");
        run.eventually(() -> assertThat(run.shownStatus()).isEqualTo("paused"));
        RunState state = run.state();
        assertThat(state.pauseReason()).isEqualTo(PauseReason.COST_LIMIT);
        assertThat(state.waitingMessage()).isEqualTo("No room");
        assertThat(state.stepCount()).isEqualTo(1);
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "2 echo", "2 echo");
    }

    @Test
    void aResumeThatOvertakesTheGuardsVerdictIsNotLost() {
        World world = World.planned("echo");
        world.step(1, (request, row) -> {
            row.row(RunStatus.RUNNING, null, null);
            return Acts.endsAs(Kind.PAUSED, "Paused, and resumed since").on(request, row);
        });
        Run run = bed.start(world);
        run.completes();
        run.hasAsked("1 echo", "1 echo");
    }

    @Test
    void pausesAtAnUnknownOutcomeAndAsksAgainOnceItIsResolved() {
        World world = World.planned("echo").step(1, Acts.isPausedBy(PauseReason.UNKNOWN_OUTCOME, Kind.UNKNOWN));
        Run run = bed.start(world);
        run.hasAsked("1 echo");
        run.eventually(() -> assertThat(run.state().pauseReason()).isEqualTo(PauseReason.UNKNOWN_OUTCOME));
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "1 echo");
    }

    @Test
    void asksAgainForAStepThatWasHeldBackWithoutRunningHot() {
        World world = World.planned("echo")
                .step(1, Acts.endsAs(Kind.HELD, ""), Acts.endsAs(Kind.HELD, ""), Acts.endsAs(Kind.HELD, ""));
        Run run = bed.start(world);
        run.completes();
        run.hasAsked("1 echo", "1 echo", "1 echo", "1 echo");
        assertThat(run.events().stream().filter(EventType.EVENT_TYPE_TIMER_STARTED::equals))
                .hasSize(2);
    }

    @Test
    void aStepThatWasHeldBackByAPauseIsAskedForAfterTheResume() {
        World world = World.planned("echo");
        world.step(1, (request, row) -> {
            row.row(RunStatus.PAUSING, null, null);
            return Acts.endsAs(Kind.HELD, "").on(request, row);
        });
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "1 echo");
    }

    @Test
    void repeatedPausesAndResumesLeaveEveryReceiptSettled() {
        CountDownLatch letGo = new CountDownLatch(1);
        Run run = bed.start(World.planned("echo").step(1, Acts.runsUntil(letGo)));
        for (int i = 0; i < 20; i++) {
            run.pause();
            run.resume();
        }
        letGo.countDown();
        run.completes();
        assertThat(run.world().receipts).hasSize(40).doesNotContain("pause open");
    }
}
