package dev.reins.store.admission;

import dev.reins.contracts.Lane;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.step.Execution;
import dev.reins.store.journal.NewMessage;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What came of a claimed step: recorded and settled in one transaction, by the latest claim alone.
 *
 * @param status COMPLETED, FAILED, TIMED_OUT, CANCELLED or UNKNOWN (nobody knows whether it happened: the run pauses)
 * @param reportedCredits what the tool or provider says it cost; null: the estimate if completed, else nothing
 * @param messages appended to the conversation in the same transaction; the first may tell the output
 * @param lane in which it was performed
 */
public record StepOutcome(
        Execution execution,
        int stepNumber,
        UUID token,
        StepStatus status,
        @Nullable JsonNode output,
        @Nullable String errorMessage,
        @Nullable Long reportedCredits,
        long inputTokens,
        long outputTokens,
        List<NewMessage> messages,
        Lane lane)
        implements AccountCall {
    public StepOutcome {
        messages = List.copyOf(messages);
    }

    /** What is written of the output: JSON's null stands for what the conversation says. */
    @Nullable
    JsonNode written() {
        return isSaid() ? JsonNodeFactory.instance.nullNode() : output;
    }

    /** Whether the output, all of it, can be read from the message. */
    private boolean isSaid() {
        return output != null && !messages.isEmpty() && messages.getFirst().tells(output);
    }
}
