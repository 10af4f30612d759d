package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.contracts.step.StepRequest;
import java.time.Instant;
import java.util.UUID;

/**
 * A step that this attempt holds.
 *
 * @param failedCalls how many calls of this step have failed before
 * @param stopAt when its call is stopped
 * @param whenOutOfTime what that means for the call: TIMED_OUT or GIVEN_UP
 */
record Claim(
        StepRequest request,
        Step step,
        UUID token,
        int failedCalls,
        Attempt attempt,
        Instant stopAt,
        Reason whenOutOfTime) {

    /** The idempotency key of everything about the step. */
    String stepKey() {
        return request.execution().runId() + "/" + request.stepNumber();
    }
}
