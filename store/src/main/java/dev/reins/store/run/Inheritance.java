package dev.reins.store.run;

import org.jspecify.annotations.Nullable;

/**
 * What a run takes over from the one it continues.
 *
 * @param steps how many steps were counted before it: its own, and those it takes over, are numbered after them
 * @param reach up to which of these numbers it takes over steps as they are on record, of those from planFrom on; 0: none
 * @param credits what was used before it: it counts against its limit and is never charged again
 * @param planFrom the plan step it goes on with, from 1
 * @param planLength 0 for an agentic run
 */
record Inheritance(@Nullable String runId, int steps, int reach, long credits, int planFrom, int planLength) {
    static final Inheritance NOTHING = new Inheritance(null, 0, 0, 0, 1, 0);

    /** The highest number of a step that it has from the beginning. */
    int stepCount() {
        return steps + reach;
    }

    /** The step limit that lets it go past all that it takes over, and do at least one step. */
    long roomNeeded() {
        return steps + Math.max(1L, reach);
    }

    boolean hasStepsLeft(boolean planned) {
        return !planned || planFrom <= planLength;
    }
}
