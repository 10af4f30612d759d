package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.OnError;
import dev.reins.contracts.RunId;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReactionTest {
    private static final Execution EXECUTION = new Execution(new RunId("run-1"), "execution-1", false, null);
    private static final Next.Perform TURN = new Next.Perform(StepRequest.modelTurn(EXECUTION, 1), null);
    private static final Next.Perform CALL =
            new Next.Perform(StepRequest.toolCall(EXECUTION, 2, "echo", 1, 0), outline(null));

    @Test
    void aWaitEndsAtItsSlot() {
        assertThat(to(CALL, Kind.WAITING)).isEqualTo(new Reaction.WaitUntil(42));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PAUSED", "HELD", "UNKNOWN"})
    void theControlsAreLookedAtBeforeTheStepIsAskedForAgain(Kind kind) {
        assertThat(to(CALL, kind)).isEqualTo(new Reaction.LookAndAskAgain());
        assertThat(to(TURN, kind)).isEqualTo(new Reaction.LookAndAskAgain());
        assertThat(to(planned(OnError.FAIL), kind)).isEqualTo(new Reaction.LookAndAskAgain());
    }

    @Test
    void aPlannedStepThatIsNotPerformedFailsItsRunUnlessThePlanSaysOtherwise() {
        assertThat(to(planned(null), Kind.FAILED)).isEqualTo(failed(StopReason.TOOL_FAILED));
        assertThat(to(planned(OnError.FAIL), Kind.TIMED_OUT)).isEqualTo(failed(StopReason.TOOL_FAILED));
        assertThat(to(planned(OnError.FAIL), Kind.REFUSED)).isEqualTo(failed(StopReason.GUARD_DENIED));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"FAILED", "TIMED_OUT", "REFUSED"})
    void thePlanDecidesAlikeForFailedTimedOutAndRefusedSteps(Kind kind) {
        assertThat(to(planned(OnError.CONTINUE), kind)).isEqualTo(new Reaction.Pass());
        assertThat(to(planned(OnError.PAUSE), kind)).isEqualTo(new Reaction.PauseFor("why"));
        assertThat(to(CALL, kind)).isEqualTo(new Reaction.Pass());
    }

    @Test
    void noRunGoesOnWithoutItsModel() {
        assertThat(to(TURN, Kind.FAILED)).isEqualTo(failed(StopReason.MODEL_FAILED));
        assertThat(to(TURN, Kind.TIMED_OUT)).isEqualTo(failed(StopReason.MODEL_FAILED));
        assertThat(to(TURN, Kind.REFUSED)).isEqualTo(failed(StopReason.GUARD_DENIED));
    }

    @Test
    void aSkippedStepIsPassed() {
        assertThat(to(planned(OnError.FAIL), Kind.CANCELLED)).isEqualTo(new Reaction.Pass());
    }

    @Test
    void aGuardCanEndTheRun() {
        assertThat(to(CALL, Kind.RUN_ENDS)).isEqualTo(failed(StopReason.DOOM_LOOP));
    }

    @Test
    void aStaleExecutionEndsWithoutAWord() {
        assertThat(to(CALL, Kind.STALE))
                .isInstanceOfSatisfying(
                        Reaction.End.class, end -> assertThat(end.end()).isInstanceOf(RunEnd.Stale.class));
    }

    @Test
    void elapsedTimeIsJudgedByTheClaim() {
        assertThat(Reaction.to(CALL, new Outcome.OutOfTime())).isEqualTo(new Reaction.CheckClaim());
    }

    @Test
    void aBrokenActivityEndsTheRunAsInternal() {
        assertThat(Reaction.to(CALL, new Outcome.Broken("why"))).isEqualTo(failed(StopReason.INTERNAL));
    }

    @Test
    void anActivityThatIsCancelledWithoutAVerdictIsAskedForAgainOnceNobodyCancels() {
        assertThat(Reaction.to(CALL, new Outcome.Cancelled())).isEqualTo(new Reaction.LookAndAskAgain());
    }

    private static Reaction to(Next.Perform step, Kind kind) {
        return Reaction.to(
                step,
                new Outcome.NotDone(new StepNotDone(kind, null, 42L, null, StopReason.DOOM_LOOP, "why", 2, 0, 0)));
    }

    private static Reaction failed(StopReason reason) {
        return new Reaction.End(new RunEnd.Failed(reason, "why"));
    }

    private static Next.Perform planned(OnError onError) {
        return new Next.Perform(StepRequest.planned(EXECUTION, 1, "echo", 1), outline(onError));
    }

    private static CallOutline outline(OnError onError) {
        return new CallOutline("echo", Category.DEFAULT, 30_000, true, false, false, onError);
    }
}
