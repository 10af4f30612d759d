package dev.reins.benchmarks.ground;

/** What Temporal keeps of a run, over all its executions. */
public record HistorySize(long events, long bytes) {}
