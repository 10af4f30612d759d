package dev.reins.api.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.store.control.ControlRequest;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What was said with a control verb, whichever path it came by. */
record Said(@Nullable String reason, int extendSteps, long extendCredits) {
    Said {
        var errors = new ArrayList<FieldError>();
        if (reason != null && reason.length() > ControlRequest.LONGEST_REASON) {
            errors.add(new FieldError("/reason", "has at most 2,000 characters"));
        }
        if (extendSteps < 0) {
            errors.add(new FieldError("/extendSteps", "is not negative"));
        }
        if (extendCredits < 0) {
            errors.add(new FieldError("/extendCredits", "is not negative"));
        }
        if (!errors.isEmpty()) {
            throw new RequestRejected(ErrorCode.INVALID_REQUEST, "The request has members out of range", errors);
        }
    }

    /** The body of pause and cancel. */
    record Plain(@Nullable String reason) {
        Said said() {
            return new Said(reason, 0, 0);
        }
    }

    /** The body of resume. */
    record Extending(
            @Nullable String reason,
            @Nullable Integer extendSteps,
            @Nullable Long extendCredits) {
        Said said() {
            return new Said(reason, extendSteps == null ? 0 : extendSteps, extendCredits == null ? 0 : extendCredits);
        }
    }

    /** The body of the short form of pause. */
    record PlainTask(String taskId, @Nullable String reason) {
        Said said() {
            return new Said(reason, 0, 0);
        }
    }

    /** The body of the short form of resume. */
    record ExtendingTask(
            String taskId,
            @Nullable String reason,
            @Nullable Integer extendSteps,
            @Nullable Long extendCredits) {
        Said said() {
            return new Extending(reason, extendSteps, extendCredits).said();
        }
    }
}
