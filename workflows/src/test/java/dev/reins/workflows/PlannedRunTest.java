package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.OnError;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.RunState;
import dev.reins.contracts.run.RunState.LoopState;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlannedRunTest {
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
    void performsEachStepInOrderAndCompletes() {
        Run run = bed.start(World.planned("echo", "http.request", "echo"));
        run.completes();
        run.hasAsked("1 echo", "2 http.request", "3 echo");
        assertThat(run.world().calls).containsExactly("begin", "plan 1", "finish");
        assertThat(run.world().finish.stopReason()).isEqualTo(StopReason.DONE);
        assertThat(run.shownStatus()).isEqualTo("completed");
    }

    @Test
    void readsALongPlanPageByPage() {
        String[] tools = IntStream.range(0, 120).mapToObj(i -> "echo").toArray(String[]::new);
        Run run = bed.start(World.planned(tools));
        run.completes();
        assertThat(run.world().asked).hasSize(120);
        assertThat(run.world().calls).containsExactly("begin", "plan 1", "plan 101", "finish");
    }

    @Test
    void tellsItsStateAfterItsEnd() {
        Run run = bed.start(World.planned("echo", "echo"));
        run.completes();
        RunState state = run.state();
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(state.stepCount()).isEqualTo(2);
        assertThat(state.creditsUsed()).isEqualTo(20);
        assertThat(state.inputTokens()).isEqualTo(200);
        assertThat(state.activeMs()).isEqualTo(20);
        assertThat(state.loop()).isEqualTo(new LoopState(2, 1));
        assertThat(state.currentStep()).isNull();
    }

    @Test
    void failsWhereAStepFails() {
        World world = World.planned("echo", "echo", "echo").step(2, Acts.endsAs(Kind.FAILED, "It broke"));
        Run run = bed.start(world);
        ApplicationFailure failure = run.fails();
        assertThat(failure.getOriginalMessage()).isEqualTo("It broke");
        assertThat(failure.getType()).isEqualTo("tool_failed");
        assertThat(failure.getCategory()).isEqualTo(ApplicationErrorCategory.BENIGN);
        assertThat(world.finish.stopReason()).isEqualTo(StopReason.TOOL_FAILED);
        assertThat(world.finish.errorMessage()).isEqualTo("It broke");
        run.hasAsked("1 echo", "2 echo");
        assertThat(run.shownStatus()).isEqualTo("failed");
    }

    @Test
    void isDeniedWhereAStepIsRefused() {
        String sentence = "Execution guard failed: Step would use 1500 credits, exceeding per-step limit of 1000";
        World world = World.planned("echo").step(1, Acts.endsAs(Kind.REFUSED, sentence));
        ApplicationFailure failure = bed.start(world).fails();
        assertThat(failure.getType()).isEqualTo("guard_denied");
        assertThat(world.finish.errorMessage()).isEqualTo(sentence);
    }

    @Test
    void goesOnPastAFailedStepWhereItsPlanSaysSo() {
        World world = World.planned("echo", "echo", "echo")
                .onError(OnError.CONTINUE)
                .step(1, Acts.endsAs(Kind.TIMED_OUT, "Operation echo timed out after 30000ms"))
                .step(2, Acts.endsAs(Kind.REFUSED, "No"));
        Run run = bed.start(world);
        run.completes();
        run.hasAsked("1 echo", "2 echo", "3 echo");
    }

    @Test
    void pausesAtAFailedStepAndGoesOnWithTheNext() {
        World world = World.pausesAtItsFirstStep();
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        assertThat(world.pauseReason).isEqualTo(PauseReason.STEP_FAILED);
        run.eventually(() -> assertThat(run.state().waitingMessage()).isEqualTo("It broke"));
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "2 echo");
        assertThat(world.calls).contains("pause for step_failed at 1");
    }

    @Test
    void repeatsAFailedStepThatIsResolvedWithRetry() {
        World world = World.pausesAtItsFirstStep();
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        world.resolveWithRetry();
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "1 echo", "2 echo");
    }

    @Test
    void goesOnPastASkippedStep() {
        Run run = bed.start(World.planned("echo", "echo").step(1, Acts.endsAs(Kind.CANCELLED, "Skipped")));
        run.completes();
        run.hasAsked("1 echo", "2 echo");
    }

    @Test
    void endsWhereAGuardEndsIt() {
        World world = World.planned("echo").step(1, Acts.endsTheRun(StopReason.DOOM_LOOP, "Five identical calls"));
        assertThat(bed.start(world).fails().getType()).isEqualTo("doom_loop");
        assertThat(world.finish.stopReason()).isEqualTo(StopReason.DOOM_LOOP);
    }

    @Test
    void leavesTheRowAloneOnceItIsNoLongerInCharge() {
        World world = World.planned("echo").step(1, Acts.endsAs(Kind.STALE, "Gone"));
        assertThat(bed.start(world).fails().getType()).isEqualTo("stale");
        assertThat(world.finish).isNull();
    }

    @Test
    void completesWhereALostTaskOfItsOwnHadCompletedTheRow() {
        World world = World.planned("echo").step(1, Acts.finds(RunStatus.COMPLETED));
        bed.start(world).completes();
        assertThat(world.status).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void asksAgainForAStepWhoseWorkerIsLost() {
        Run run = bed.start(World.planned("echo").step(1, Acts.isLost(), Acts.isLost()));
        run.completes();
        run.hasAsked("1 echo", "1 echo", "1 echo");
    }

    @Test
    void failsAsInternalWhereAnActivityBreaks() {
        World world = World.planned("echo").step(1, Acts.breaks("Oh no"));
        ApplicationFailure failure = bed.start(world).fails();
        assertThat(failure.getType()).isEqualTo("internal");
        assertThat(failure.getOriginalMessage()).contains("Oh no");
        assertThat(world.finish.stopReason()).isEqualTo(StopReason.INTERNAL);
    }
}
