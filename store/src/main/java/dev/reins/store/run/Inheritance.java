package dev.reins.store.run;

import org.jspecify.annotations.Nullable;

/**
 * What a run takes over from the one it continues.
 *
 * @param steps how many steps were counted before it: its own are numbered after them
 * @param credits what was used before it: it counts against its limit and is never charged again
 * @param planFrom the plan step it goes on with, from 1
 * @param planLength 0 for an agentic run
 */
record Inheritance(@Nullable String runId, int steps, long credits, int planFrom, int planLength) {
    static final Inheritance NOTHING = new Inheritance(null, 0, 0, 1, 0);

    boolean hasStepsLeft(boolean planned) {
        return !planned || planFrom <= planLength;
    }
}
