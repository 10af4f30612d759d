package dev.reins.activities.step;

import dev.reins.contracts.step.StepRequest;
import java.time.Instant;
import java.util.UUID;

/**
 * A step that this attempt holds.
 *
 * @param failedCalls how many calls of this step have failed before
 * @param stopAt when its call is stopped
 */
record Claim(StepRequest request, Step step, UUID token, int failedCalls, Attempt attempt, Instant stopAt) {

    /** The idempotency key of everything about the step. */
    String stepKey() {
        return request.execution().runId() + "/" + request.stepNumber();
    }
}
