package dev.reins.contracts.run;

/**
 * The input of an execution that continues a run as new. Everything else, every guard's state among it, is in the store.
 *
 * @param continuation where to go on
 */
public record Continuation(Position continuation) {
    /**
     * @param nextStep the number of the next step, from 1
     * @param nextPlanIndex for a planned run the index of the next plan step, from 1; for an agentic run 0
     */
    public record Position(int nextStep, int nextPlanIndex) {}
}
