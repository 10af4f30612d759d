package dev.reins.workflows;

import dev.reins.contracts.OnError;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a run does about the outcome of a step. A pure decision: the run loop carries it out. */
sealed interface Reaction {

    record Advance(StepCompleted result) implements Reaction {}

    /** The step came to nothing; go on with the next one. */
    record Pass() implements Reaction {}

    /** Sleep until then or until a control request comes, and ask for the same step again. */
    record WaitUntil(long epochMs) implements Reaction {}

    /** Sleep for so long or until a control request comes, and ask for the same step in the activity lane. */
    record AskInActivityLane(Duration delay) implements Reaction {}

    /** Look at the control requests, await what they ask for, and ask for the same step again. */
    record LookAndAskAgain() implements Reaction {}

    /** Pause the run because its step failed; whether it is then repeated, the resume says. */
    record PauseFor(String message) implements Reaction {}

    /** The step's time is up: whether that was the run's active time depends on whether anyone had claimed it. */
    record CheckClaim() implements Reaction {}

    record End(RunEnd end) implements Reaction {}

    static Reaction to(Next.Perform step, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done done -> new Advance(done.result());
            case Outcome.NotDone notDone -> to(step, notDone.verdict());
            case Outcome.OutOfTime ignored -> new CheckClaim();
            case Outcome.Cancelled ignored -> new LookAndAskAgain();
            case Outcome.GivenUp givenUp -> new AskInActivityLane(givenUp.delay());
            case Outcome.Broken broken -> failed(StopReason.INTERNAL, broken.message());
        };
    }

    private static Reaction to(Next.Perform step, StepNotDone verdict) {
        return switch (verdict.kind()) {
            case WAITING -> new WaitUntil(Objects.requireNonNull(verdict.waitUntilEpochMs()));
            case PAUSED, HELD, UNKNOWN -> new LookAndAskAgain();
            case REFUSED -> notPerformed(step, verdict, StopReason.GUARD_DENIED);
            case FAILED, TIMED_OUT -> notPerformed(step, verdict, StopReason.TOOL_FAILED);
            case CANCELLED -> new Pass();
            case RUN_ENDS ->
                new End(new RunEnd.Failed(
                        Objects.requireNonNullElse(verdict.stopReason(), StopReason.INTERNAL), verdict.message()));
            case STALE -> new End(new RunEnd.Stale("This execution is no longer in charge of the run"));
        };
    }

    /** A planned step's onError decides; the model was told of its call's fate; without a model's turn no run goes on. */
    private static Reaction notPerformed(Next.Perform step, StepNotDone verdict, StopReason reason) {
        CallOutline call = step.call();
        if (call == null) {
            return failed(reason == StopReason.TOOL_FAILED ? StopReason.MODEL_FAILED : reason, verdict.message());
        }
        if (!step.isPlanned()) {
            return new Pass();
        }
        return switch (Objects.requireNonNullElse(call.onError(), OnError.FAIL)) {
            case FAIL -> failed(reason, verdict.message());
            case CONTINUE -> new Pass();
            case PAUSE ->
                new PauseFor(Objects.requireNonNullElse(verdict.message(), "Step " + step.number() + " failed"));
        };
    }

    private static Reaction failed(StopReason reason, @Nullable String message) {
        return new End(new RunEnd.Failed(reason, message));
    }
}
