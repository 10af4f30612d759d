package dev.reins.benchmarks.ground;

/**
 * What Temporal keeps of a run, over all its executions.
 *
 * @param largest the bytes of the largest of them
 */
public record HistorySize(long events, long bytes, long largest) {}
