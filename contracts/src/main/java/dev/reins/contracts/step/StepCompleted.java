package dev.reins.contracts.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step that was performed and recorded. This is the activity's result, so Temporal shows as completed exactly the
 * steps that are.
 *
 * @param stepCount the run's, after this step; credits, tokens and active time likewise are the run's so far
 * @param preview at most 200 characters of what came of it, without secrets and without prompt text; for Temporal's UI
 * @param calls the tool calls that a model turn asks for, in order; empty for a tool step
 * @param done true for a model turn that asks for nothing more
 * @param loopRepetitions how often the loop guard has seen this call, or cycle of calls, in a row; 0 for a model turn
 * @param loopCycle calls in that cycle: 1 for identical calls, up to 5; 0 for a model turn
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepCompleted(
        int stepCount,
        long creditsUsed,
        long inputTokens,
        long outputTokens,
        long activeMs,
        @Nullable String preview,
        List<CallOutline> calls,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean done,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int loopRepetitions,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int loopCycle) {
    public StepCompleted {
        calls = List.copyOf(calls);
    }
}
