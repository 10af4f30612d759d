package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.contracts.Lane;
import dev.reins.contracts.limits.RunLimits;
import dev.reins.contracts.step.StepRequest;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;

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

    /**
     * What it means for a call that is under way when the attempt's time is up. It has had its time where it was given the
     * category's and waited, for a slot or its admission, for a fifth of it at most.
     */
    Reason whenOutOfTime(StepRequest request, Step step, Attempt attempt) {
        return switch (attempt.lane()) {
            case ACTIVITY -> Reason.TIMED_OUT;
            case EXPRESS ->
                hasAllOf(Outlines.timeoutMs(limits(request), step.category()), attempt)
                        ? Reason.TIMED_OUT
                        : Reason.GIVEN_UP;
        };
    }

    private static boolean hasAllOf(long timeoutMs, Attempt attempt) {
        long leftMs = Duration.between(Instant.now(), attempt.deadline()).toMillis();
        return attempt.timeout().toMillis() >= timeoutMs && leftMs * 5 >= timeoutMs * 4;
    }

    private RunLimits limits(StepRequest request) {
        return runs.snapshot(request.execution().runId()).limits();
    }
}
