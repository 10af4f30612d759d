package dev.reins.contracts.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Asks for one step to be admitted, performed and recorded. It names the step's content, which lies in the store, and
 * carries none of it, so that history stays small. Exactly one of planIndex and callIndex is set for a tool step;
 * neither for a model turn.
 *
 * @param stepNumber from 1; with the run id it is the key of everything about the step
 * @param planIndex from 1: which step of the plan this is
 * @param turnStep the model turn that asked for this tool call
 * @param callIndex from 0: which of that turn's tool calls this is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepRequest(
        Execution execution,
        int stepNumber,
        String tool,
        @Nullable Integer planIndex,
        @Nullable Integer turnStep,
        @Nullable Integer callIndex) {
    /** The activity type of a model turn; a tool step's activity is named after its tool. */
    public static final String MODEL_TURN = "model.turn";

    /** Whether the turn that asked for this tool call comes as many steps before it as the call's place in it says. */
    public boolean followsItsTurn() {
        return turnStep != null && callIndex != null && stepNumber == turnStep + 1 + callIndex;
    }

    public static StepRequest planned(Execution execution, int stepNumber, String tool, int planIndex) {
        return new StepRequest(execution, stepNumber, tool, planIndex, null, null);
    }

    public static StepRequest modelTurn(Execution execution, int stepNumber) {
        return new StepRequest(execution, stepNumber, MODEL_TURN, null, null, null);
    }

    public static StepRequest toolCall(Execution execution, int stepNumber, String tool, int turnStep, int callIndex) {
        return new StepRequest(execution, stepNumber, tool, null, turnStep, callIndex);
    }
}
