package dev.reins.contracts;

/** Temporal's task queues: workflows, tool steps, model turns. */
public final class TaskQueues {
    public static final String RUNS = "agent-runs";
    public static final String TOOLS = "tools";
    public static final String MODELS = "models";

    private TaskQueues() {}
}
