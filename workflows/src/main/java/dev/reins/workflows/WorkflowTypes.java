package dev.reins.workflows;

import io.temporal.worker.Worker;
import io.temporal.worker.WorkflowImplementationOptions;

/**
 * The workflow types of this module. No exception type is named that fails a workflow: the run itself ends with a message on
 * any defect in its code, so what is left, a history that the code does not fit or a worker that is set up wrongly, keeps
 * the workflow's task failing until a worker comes that is right.
 */
public final class WorkflowTypes {
    private WorkflowTypes() {}

    /** Registers them with a worker of the queue {@link dev.reins.contracts.TaskQueues#RUNS}, which must have the bookkeeping. */
    public static void register(Worker worker) {
        worker.registerWorkflowImplementationTypes(
                WorkflowImplementationOptions.getDefaultInstance(), AgentRunWorkflow.class);
    }
}
