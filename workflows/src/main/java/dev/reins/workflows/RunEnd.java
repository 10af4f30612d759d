package dev.reins.workflows;

import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.Continuation;
import org.jspecify.annotations.Nullable;

/** How an execution ends. */
sealed interface RunEnd {

    record Completed() implements RunEnd {}

    /** @param defect set where a defect in the workflow is the reason */
    record Failed(
            StopReason reason,
            @Nullable String message,
            @Nullable Throwable defect) implements RunEnd {
        Failed(StopReason reason, @Nullable String message) {
            this(reason, message, null);
        }
    }

    record Cancelled() implements RunEnd {}

    /** There is no such run to begin; nothing was written. */
    record Refused(String message) implements RunEnd {}

    /** This execution is not, or no more, in charge of the run: nothing is left for it to write. */
    record Stale(String message) implements RunEnd {}

    record ContinuedAsNew(Continuation onward) implements RunEnd {}
}
