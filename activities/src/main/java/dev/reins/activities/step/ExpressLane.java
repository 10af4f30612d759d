package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.contracts.Lane;
import dev.reins.contracts.limits.RunLimits;
import dev.reins.contracts.step.StepRequest;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;

/** What holds for attempts in the express lane alone. */
final class ExpressLane {
    private final RunContents runs;

    ExpressLane(RunContents runs) {
        this.runs = runs;
    }

    /**
     * The lane was chosen by an outline: that of an input whose references were not resolved yet, or of another build's tool.
     *
     * @throws ApplicationFailure if the step, as it is now, is one for the activity lane
     */
    void check(StepRequest request, Step step, Attempt attempt) {
        if (attempt.lane() == Lane.EXPRESS && !mayGo(limits(request), step)) {
            throw StepFailures.again(request.tool() + " does not go the express lane", Duration.ZERO);
        }
    }

    private static boolean mayGo(RunLimits limits, Step step) {
        return switch (step) {
            case Step.ToolStep tool ->
                tool.traits().isHarmlessToRepeat() && Outlines.isExpress(limits, tool.category());
            // Nothing is called.
            case Step.FaultyStep faulty -> true;
            case Step.ModelStep model -> false;
        };
    }

    /** What it means for a call that is under way when the attempt's time is up. */
    Reason whenOutOfTime(StepRequest request, Step step, Attempt attempt) {
        return switch (attempt.lane()) {
            case ACTIVITY -> Reason.TIMED_OUT;
            case EXPRESS ->
                attempt.timeout().toMillis() < Outlines.timeoutMs(limits(request), step.category())
                        ? Reason.GIVEN_UP
                        : Reason.TIMED_OUT;
        };
    }

    private RunLimits limits(StepRequest request) {
        return runs.snapshot(request.execution().runId()).limits();
    }
}
