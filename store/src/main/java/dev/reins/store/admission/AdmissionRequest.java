package dev.reins.store.admission;

import dev.reins.contracts.Category;
import dev.reins.contracts.StepKind;
import dev.reins.contracts.step.Execution;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Asks the guards for one step, and claims it if they admit it and there is a token to claim it with.
 *
 * @param input what the tool will be called with, references resolved; for a model turn an empty object
 * @param asked whether the model turn that comes so many steps before asked for this very input: then it is not written again
 * @param estimate credits this step may use at most
 * @param idempotent whether this very call may be made again with the same key
 * @param repeatable whether the loop guard exempts the tool while its result changes
 * @param token random per attempt; asked again with the same token it is the same claim. Null: nobody claims it yet
 * @param queuedMs how long the step lay in its task queue before this attempt: not active time
 */
public record AdmissionRequest(
        Execution execution,
        int stepNumber,
        StepKind kind,
        String tool,
        Category category,
        JsonNode input,
        boolean asked,
        long estimate,
        boolean idempotent,
        boolean repeatable,
        @Nullable UUID token,
        long queuedMs)
        implements AccountCall {

    /** What is written of the input: JSON's null stands for what the conversation says. */
    JsonNode written() {
        return asked ? JsonNodeFactory.instance.nullNode() : input;
    }
}
