package dev.reins.store;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.admission.AdmissionRequest;
import dev.reins.store.admission.Evaluation;
import dev.reins.store.admission.StepOutcome;
import java.time.Duration;

/**
 * Is told what this process has just had written, once for each time it was written: what an answer only repeats is not
 * told again, even if the first answer was lost. Called on the writer's thread, so it is quick and throws nothing.
 */
public interface RunWatcher {
    RunWatcher NONE = new RunWatcher() {};

    /** The guards have spoken about a step. */
    default void evaluated(AdmissionRequest request, Evaluation evaluation) {}

    /** @param took from the claim to the record */
    default void recorded(StepOutcome outcome, Category category, Duration took) {}

    /** A run has ended. */
    default void finished(RunId runId, RunStatus status, StopReason stopReason) {}
}
