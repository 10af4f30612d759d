package dev.reins.workflows;

import dev.reins.contracts.StopReason;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;

/** Closes the execution so that Temporal shows how the run ended: the failure's type is the stop reason. */
final class Closing {
    private Closing() {}

    /** Completes by returning; every other end leaves by a throw. */
    static void of(RunEnd end) {
        switch (end) {
            case RunEnd.Completed ignored -> {}
            case RunEnd.Cancelled ignored -> throw new CanceledFailure("The run was cancelled");
            case RunEnd.Failed failed -> throw failure(failed);
            case RunEnd.Refused refused -> throw benign("refused", refused.message());
            case RunEnd.Stale stale -> throw benign("stale", stale.message());
            case RunEnd.ContinuedAsNew continued -> Workflow.continueAsNew(continued.onward());
        }
    }

    private static ApplicationFailure failure(RunEnd.Failed failed) {
        String message = failed.message() == null ? failed.reason().wire() : failed.message();
        if (failed.reason() != StopReason.INTERNAL) {
            return benign(failed.reason().wire(), message);
        }
        ApplicationFailure.Builder failure = ApplicationFailure.newBuilder()
                .setType(failed.reason().wire())
                .setMessage(message)
                .setNonRetryable(true);
        if (failed.defect() != null) {
            failure.setCause(failed.defect());
        }
        return failure.build();
    }

    /** An expected end: Temporal shows it as failed, raises no alarm, and where in the code it was made helps nobody. */
    private static ApplicationFailure benign(String type, String message) {
        ApplicationFailure failure = ApplicationFailure.newBuilder()
                .setType(type)
                .setMessage(message)
                .setNonRetryable(true)
                .setCategory(ApplicationErrorCategory.BENIGN)
                .build();
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
