package dev.reins.store.admission;

import dev.reins.contracts.step.Execution;

/** What is asked for a step under the lock of its user's account. Made again, as it is, it changes nothing more. */
public sealed interface AccountCall permits AdmissionRequest, StepOutcome {
    Execution execution();
}
