package dev.reins.benchmarks.ground;

import java.time.Instant;
import java.util.List;

/**
 * What Temporal keeps of a run, over all its executions.
 *
 * @param executions in the order in which they began
 */
public record HistorySize(List<OfExecution> executions) {
    public HistorySize {
        executions = List.copyOf(executions);
    }

    /**
     * What it keeps of one of them.
     *
     * @param isFull whether the run went on in another one, and did not end in this
     */
    public record OfExecution(Instant began, Instant closed, boolean isFull, long events, long bytes) {}

    public long events() {
        return executions.stream().mapToLong(OfExecution::events).sum();
    }

    public long bytes() {
        return executions.stream().mapToLong(OfExecution::bytes).sum();
    }

    /** The bytes of the largest execution. */
    public long largest() {
        return executions.stream().mapToLong(OfExecution::bytes).max().orElse(0);
    }

    public List<OfExecution> full() {
        return executions.stream().filter(OfExecution::isFull).toList();
    }
}
