package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CancelTest {
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
    void cancelsTheRunningStepAndEndsOnceItHasStopped() {
        Run run = bed.start(World.planned("echo", "echo").step(1, Acts.runsUntil(new CountDownLatch(1))));
        run.hasAsked("1 echo");
        run.stub().cancel();
        run.isCancelled();
        assertThat(run.world().finish.stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(run.world().asked).containsExactly("1 echo");
        assertThat(run.world().calls).containsExactly("begin", "plan 1", "controls within step", "controls", "finish");
        assertThat(run.shownStatus()).isEqualTo("cancelled");
    }

    @Test
    void cancelsAPausedRun() {
        Run run = bed.start(World.planned("echo").step(1, Acts.isPausedBy(PauseReason.STEP_LIMIT, Kind.PAUSED)));
        run.eventually(() -> assertThat(run.state().status()).isEqualTo(RunStatus.PAUSED));
        run.stub().cancel();
        run.isCancelled();
    }

    @Test
    void cancelsAWaitingRun() {
        long inAnHour =
                bed.environment.currentTimeMillis() + Duration.ofHours(1).toMillis();
        Run run = bed.start(World.planned("echo").step(1, Acts.waitsUntil(() -> inAnHour)));
        run.eventually(() -> assertThat(run.events()).contains(EventType.EVENT_TYPE_TIMER_STARTED));
        run.stub().cancel();
        run.isCancelled();
        assertThat(run.events()).doesNotContain(EventType.EVENT_TYPE_TIMER_FIRED);
    }

    @Test
    void aRunThatIsCancellingInItsRowNeverStartsAStep() {
        World world = World.planned("echo");
        world.row(RunStatus.CANCELLING, null, null);
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.finish).isNotNull());
        run.stub().cancel();
        run.isCancelled();
        assertThat(world.asked).isEmpty();
    }

    @Test
    void aStepIsCancelledWhereOnlyTheRowTellsOfTheCancel() {
        World world = World.planned("echo").step(1, Acts.runsUntil(new CountDownLatch(1)));
        Run run = bed.start(world);
        run.hasAsked("1 echo");
        world.row(RunStatus.CANCELLING, null, null);
        run.stub().signal("anything");
        assertThat(run.close()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED);
        assertThat(world.finish.status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aCancelWinsOverAStepThatFailsWhileItIsCancelled() {
        CountDownLatch letGo = new CountDownLatch(1);
        World world = World.planned("echo").step(1, (request, row) -> {
            letGo.await();
            return Acts.endsAs(Kind.FAILED, "It broke").on(request, row);
        });
        Run run = bed.start(world);
        run.hasAsked("1 echo");
        run.stub().cancel();
        run.reaches(RunStatus.CANCELLING);
        letGo.countDown();
        run.isCancelled();
    }

    @Test
    void aCancelReachesARunWhoseBookkeepingIsAway() {
        World world = World.planned("echo").isUnreachableAtFirst(7);
        Run run = bed.start(world);
        run.stub().cancel();
        run.isCancelled();
        assertThat(world.asked).isEmpty();
    }
}
