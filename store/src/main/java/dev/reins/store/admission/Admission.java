package dev.reins.store.admission;

import dev.reins.contracts.StepStatus;
import dev.reins.contracts.step.StepNotDone;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The answer to an {@link AdmissionRequest}. */
public sealed interface Admission extends AccountAnswer {

    /**
     * The caller holds the step and performs it now.
     *
     * @param claim 1 for the first attempt
     * @param failedCalls calls of this step that have failed already, 0 to 2
     * @param loopRepetitions how often the loop guard has seen this call, or cycle of calls, in a row; 0 for a model turn
     * @param loopCycle calls in that cycle, 1 to 5; 0 for a model turn
     */
    record Claimed(int claim, int failedCalls, int loopRepetitions, int loopCycle) implements Admission {}

    /** The step was performed before and is not called again: this is what was recorded of it (status COMPLETED). */
    record AlreadyRecorded(StepStatus status, @Nullable JsonNode output, RunTotals totals) implements Admission {}

    /** The step is not to be performed. */
    record NotAdmitted(StepNotDone verdict) implements Admission {}
}
