package dev.reins.activities.step;

import dev.reins.activities.model.ModelReply;
import dev.reins.activities.tool.ToolResult;
import dev.reins.activities.tool.Words;
import dev.reins.contracts.StepStatus;
import dev.reins.store.admission.StepOutcome;
import dev.reins.store.journal.NewMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What came of a call, to be recorded.
 *
 * @param output set for a completed one
 * @param message set for all others
 */
record Ending(
        StepStatus status,
        @Nullable JsonNode output,
        @Nullable String message,
        @Nullable Long reportedCredits,
        long inputTokens,
        long outputTokens,
        @Nullable String preview) {
    /** No call costs or reads more: what says so, or less than nothing, is broken. */
    private static final long MOST = 1_000_000_000_000L;

    Ending {
        requireFigure(reportedCredits == null ? 0 : reportedCredits);
        requireFigure(inputTokens);
        requireFigure(outputTokens);
    }

    private static void requireFigure(long figure) {
        if (figure < 0 || figure > MOST) {
            throw new IllegalArgumentException("Not from 0 to " + MOST);
        }
    }

    static Ending completed(ToolResult result) {
        return new Ending(
                StepStatus.COMPLETED,
                Outputs.bounded(result.output()),
                null,
                result.reportedCredits(),
                result.inputTokens(),
                result.outputTokens(),
                result.preview());
    }

    static Ending completed(ModelReply reply, @Nullable Long credits) {
        return new Ending(
                StepStatus.COMPLETED,
                Conversation.json(reply),
                null,
                credits,
                reply.inputTokens(),
                reply.outputTokens(),
                preview(reply));
    }

    static Ending not(StepStatus status, String message) {
        return new Ending(status, null, Words.atMost(Words.MOST_OF_A_FAILURE, message), null, 0, 0, null);
    }

    /** The call did what it did, but the result is lost: the step fails, and costs what it cost. */
    Ending unstorable() {
        return new Ending(
                StepStatus.FAILED,
                null,
                "The result could not be stored",
                reportedCredits,
                inputTokens,
                outputTokens,
                null);
    }

    private static String preview(ModelReply reply) {
        return reply.calls().isEmpty() ? "done" : "asks for " + reply.calls().size() + " tool calls";
    }

    StepOutcome outcome(Claim claim) {
        return new StepOutcome(
                claim.request().execution(),
                claim.request().stepNumber(),
                claim.token(),
                status,
                output,
                message,
                reportedCredits,
                inputTokens,
                outputTokens,
                messages(claim.step()),
                claim.attempt().lane());
    }

    /** What the model is told; nothing yet of a call that a person still has to decide on. */
    private List<NewMessage> messages(Step step) {
        if (status == StepStatus.UNKNOWN) {
            return List.of();
        }
        return switch (step) {
            case Step.ToolStep tool -> answer(tool.callId());
            case Step.FaultyStep faulty -> answer(faulty.callId());
            case Step.ModelStep model -> output == null ? List.of() : List.of(new NewMessage("assistant", output));
        };
    }

    private List<NewMessage> answer(@Nullable String callId) {
        return callId == null
                ? List.of()
                : List.of(Conversation.toolMessage(callId, output == null ? "Error: " + message : output.toString()));
    }
}
