package dev.reins.store.admission;

/** The answer to a {@link StepOutcome}. */
public sealed interface Recording extends AccountAnswer {

    /** Recorded and settled, now or by an earlier call with the same token. */
    record Recorded(RunTotals totals) implements Recording {}

    /** Another attempt has claimed the step since, or the run has ended: the outcome is kept as evidence, nothing is charged. */
    record Superseded(RunTotals totals) implements Recording {}
}
