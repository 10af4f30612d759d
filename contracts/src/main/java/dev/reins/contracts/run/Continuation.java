package dev.reins.contracts.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The input of an execution that continues a run as new. Everything else, every guard's state among it, is in the store.
 *
 * @param continuation where to go on
 * @param stepCount how many steps the run has made, for whoever queries it; null: those before the next one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Continuation(Position continuation, @Nullable Integer stepCount) {
    /**
     * @param nextStep the number of the next step, from 1
     * @param nextPlanIndex for a planned run the index of the next plan step, from 1; for an agentic run 0
     */
    public record Position(int nextStep, int nextPlanIndex) {}

    /** Says how many steps there were only where the position does not. */
    public static Continuation at(Position position, int stepCount) {
        return new Continuation(position, stepCount == position.nextStep() - 1 ? null : stepCount);
    }
}
