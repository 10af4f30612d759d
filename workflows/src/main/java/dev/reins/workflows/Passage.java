package dev.reins.workflows;

/** What the {@link Gate} says at a step boundary. */
sealed interface Passage {

    /**
     * @param wasPaused whether the run was held here
     * @param repeatStep whether the failed step that the run was paused at is to be asked for again
     */
    record Open(boolean wasPaused, boolean repeatStep) implements Passage {}

    record Closed(RunEnd end) implements Passage {}
}
