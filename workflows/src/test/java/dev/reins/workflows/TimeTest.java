package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.run.RunState;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.ActivityTaskScheduledEventAttributes;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TimeTest {
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
    void aStepWaitsForItsSlotWithOneTimer() {
        long slot = bed.environment.currentTimeMillis() + Duration.ofMinutes(4).toMillis();
        Run run = bed.start(World.planned("http.request").step(1, Acts.waitsUntil(() -> slot)));
        run.eventually(() -> assertThat(run.state().waitingFor()).isEqualTo(WaitingFor.RATE_LIMIT));
        RunState state = run.state();
        assertThat(state.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(state.waitingUntilEpochMs()).isEqualTo(slot);
        assertThat(state.waitingMessage()).isEqualTo("Rate limit exceeded for http");
        assertThat(state.currentTool()).isEqualTo("http.request");
        assertThat(state.stepCount()).isZero();
        run.completes();
        assertThat(bed.environment.currentTimeMillis()).isGreaterThanOrEqualTo(slot);
        run.hasAsked("1 http.request", "1 http.request");
        assertThat(run.events().stream().filter(EventType.EVENT_TYPE_TIMER_STARTED::equals))
                .hasSize(1);
        assertThat(run.state().waitingFor()).isNull();
    }

    @Test
    void aSlotThatIsOverDoesNotMakeTheRunSpin() {
        World.Act over = Acts.waitsUntil(() -> 0);
        Run run = bed.start(World.planned("echo").step(1, over, over, over, over));
        run.completes();
        assertThat(run.events().stream().filter(EventType.EVENT_TYPE_TIMER_STARTED::equals))
                .hasSize(3);
    }

    @Test
    void theRunTimesOutWhereAClaimedStepUsesUpItsActiveTime() {
        World world = World.planned("echo").timeoutMs(5_000);
        World.Act lost = (request, row) -> {
            row.claim();
            row.activeMs = 5_000;
            throw new IllegalStateException("Lost, until no time is left");
        };
        world.step(1, lost, lost, lost, lost, lost, lost);
        ApplicationFailure failure = bed.start(world).fails();
        assertThat(failure.getType()).isEqualTo("timeout");
        assertThat(failure.getOriginalMessage()).isEqualTo("Run timed out after 5s of active time");
        assertThat(world.finish.stopReason()).isEqualTo(StopReason.TIMEOUT);
        assertThat(world.calls).contains("claimed 1");
    }

    @Test
    void timeInWhichNobodyClaimedTheStepIsNotActiveTime() {
        World.Act unclaimed = Acts.isLost();
        World world = World.planned("echo").timeoutMs(2_500).step(1, unclaimed, unclaimed, unclaimed, unclaimed);
        Run run = bed.start(world);
        run.completes();
        assertThat(world.calls).contains("claimed 1");
    }

    @Test
    void theRunsTimeoutAsAGuardSeesItEndsIt() {
        World world = World.planned("echo").step(1, Acts.endsTheRun(StopReason.TIMEOUT, "Run timed out"));
        assertThat(bed.start(world).fails().getType()).isEqualTo("timeout");
    }

    @Test
    void aStepsTimesAreItsCategorysToTheMillisecondAndTheRunsRemainder() {
        World world = World.planned("echo").timeoutMs(90_000);
        world.activeMs = 20_000;
        Run run = bed.start(world);
        run.completes();
        var scheduled = scheduled(run);
        assertThat(scheduled.getStartToCloseTimeout().getSeconds()).isEqualTo(30);
        assertThat(scheduled.getScheduleToCloseTimeout().getSeconds()).isEqualTo(70);
        assertThat(scheduled.getHeartbeatTimeout().getSeconds()).isEqualTo(10);
        assertThat(scheduled.getTaskQueue().getName()).isEqualTo("tools");
    }

    @Test
    void aStepWhoseOwnTimeoutComesNoLaterThanAMissedHeartbeatNeedsNone() {
        Run run = bed.start(World.planned("echo").toolTimeoutMs(10_000));
        run.completes();
        assertThat(scheduled(run).getStartToCloseTimeout().getSeconds()).isEqualTo(10);
        assertThat(scheduled(run).getHeartbeatTimeout().getSeconds()).isZero();
    }

    private static ActivityTaskScheduledEventAttributes scheduled(Run run) {
        return run.history().getHistory().getEventsList().stream()
                .filter(event -> event.hasActivityTaskScheduledEventAttributes())
                .findFirst()
                .orElseThrow()
                .getActivityTaskScheduledEventAttributes();
    }

    @Test
    void aStepThatSucceedsInTimeIsNotDisturbedByTheRunsTimeout() {
        CountDownLatch letGo = new CountDownLatch(1);
        Run run = bed.start(World.planned("echo").timeoutMs(60_000).step(1, Acts.runsUntil(letGo)));
        run.hasAsked("1 echo");
        letGo.countDown();
        run.completes();
    }

    @Test
    void bookkeepingIsRetriedUntilTheStoreIsBack() {
        World world = World.planned("echo").isUnreachableAtFirst(7);
        bed.start(world).completes();
    }

    @Test
    void aDefectThatKeepsARunFromBeginningFailsItAfterSomeTries() {
        World world = World.planned("echo").hasADefectAtFirst(Integer.MAX_VALUE);
        ApplicationFailure failure = bed.start(world).fails();
        assertThat(failure.getType()).isEqualTo("internal");
        assertThat(failure.getOriginalMessage()).startsWith("The run cannot begin");
        assertThat(world.calls).hasSize(8).containsOnly("begin");
    }

    @Test
    void aRunBeginsOnceItsDefectIsRepaired() {
        World world = World.planned("echo").isUnreachableAtFirst(3).hasADefectAtFirst(7);
        bed.start(world).completes();
    }

    @Test
    void aToolsOwnTimeoutFailsItsStep() {
        World world =
                World.planned("echo").step(1, Acts.endsAs(Kind.TIMED_OUT, "Operation echo timed out after 30000ms"));
        ApplicationFailure failure = bed.start(world).fails();
        assertThat(failure.getType()).isEqualTo("tool_failed");
        assertThat(failure.getOriginalMessage()).isEqualTo("Operation echo timed out after 30000ms");
    }
}
