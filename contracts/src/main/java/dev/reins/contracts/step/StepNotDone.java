package dev.reins.contracts.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Why a step was not performed, or did not succeed: the one detail of the activity's benign, non-retried failure of
 * type {@link #FAILURE_TYPE}. The store has recorded it already.
 *
 * @param waitingFor set for WAITING
 * @param waitUntilEpochMs set for WAITING: ask again then
 * @param pauseReason set for PAUSED: the row is paused already
 * @param stopReason set for RUN_ENDS: how the run must end
 * @param message the guard's or tool's own words
 * @param activeMs the run's active time so far
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepNotDone(
        Kind kind,
        @Nullable WaitingFor waitingFor,
        @Nullable Long waitUntilEpochMs,
        @Nullable PauseReason pauseReason,
        @Nullable StopReason stopReason,
        @Nullable String message,
        int stepCount,
        long creditsUsed,
        long activeMs) {
    public static final String FAILURE_TYPE = "StepNotDone";

    /** What the workflow does next. */
    public enum Kind implements Wire {
        /** Sleep until waitUntilEpochMs or a control request, then ask again for the same step. */
        WAITING,
        /** A guard paused the run at this step; after resume, ask again for the same step. */
        PAUSED,
        /** A control request is stored that the workflow has not yet acted on: look at the controls, then ask again. */
        HELD,
        /** Guards 3 or 4 refused this step: a planned run follows onError, an agentic run's model has been told. */
        REFUSED,
        /** The tool failed for good: a planned run follows onError, an agentic run's model has been told. */
        FAILED,
        /** The tool ran into its category's timeout: as FAILED. */
        TIMED_OUT,
        /** The step was cancelled while it ran, or a person said to skip it: after skip, go on with the next step. */
        CANCELLED,
        /** Nobody knows whether the step happened; the row is paused, unknown_outcome. After resolve, ask again. */
        UNKNOWN,
        /** The run must end now with stopReason: loop guard, run timeout, onLimit fail, model failed. */
        RUN_ENDS,
        /** This execution is no longer in charge of the run (it ended, or was reset): do nothing more. */
        STALE
    }
}
