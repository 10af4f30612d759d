package dev.reins.store.control;

import dev.reins.contracts.Door;
import dev.reins.contracts.RunId;
import dev.reins.contracts.Verb;
import org.jspecify.annotations.Nullable;

/**
 * Someone asks something of a run.
 *
 * @param id the receipt's id; asked again with the same id it is the same request
 * @param verb PAUSE, RESUME or CANCEL
 * @param mayExceedCap whether an extension may go beyond the tier's cap (admins and Temporal's own doors)
 */
public record ControlRequest(
        String id,
        RunId runId,
        Verb verb,
        Door door,
        @Nullable String by,
        @Nullable String reason,
        int extendSteps,
        long extendCredits,
        boolean mayExceedCap) {
    /** Characters that a reason has at most, at every door; so have the words for who gives it. */
    public static final int LONGEST_REASON = 2_000;
}
