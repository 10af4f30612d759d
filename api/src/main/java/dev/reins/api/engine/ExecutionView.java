package dev.reins.api.engine;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import java.util.Optional;

/**
 * A run's execution as Temporal has it.
 *
 * @param chain names all executions that came one out of the other, by continue-as-new or reset; another start of the same
 *     id begins another. Empty where Temporal does not say.
 */
public record ExecutionView(RunId runId, String executionId, String chain, WorkflowExecutionStatus status) {

    /** How Temporal ended a run. */
    public record End(RunStatus status, StopReason reason) {}

    /** Empty for the id of a workflow that cannot be a run's. */
    static Optional<ExecutionView> of(WorkflowExecutionInfo info) {
        String id = info.getExecution().getWorkflowId();
        return RunId.isValid(id)
                ? Optional.of(new ExecutionView(
                        new RunId(id), info.getExecution().getRunId(), info.getFirstRunId(), info.getStatus()))
                : Optional.empty();
    }

    /** What this execution's status means for its run; empty while the run goes on, also as another execution. */
    public Optional<End> end() {
        return switch (status) {
            case WORKFLOW_EXECUTION_STATUS_COMPLETED -> Optional.of(new End(RunStatus.COMPLETED, StopReason.DONE));
            case WORKFLOW_EXECUTION_STATUS_FAILED -> Optional.of(new End(RunStatus.FAILED, StopReason.INTERNAL));
            case WORKFLOW_EXECUTION_STATUS_CANCELED -> Optional.of(new End(RunStatus.CANCELLED, StopReason.CANCELLED));
            case WORKFLOW_EXECUTION_STATUS_TERMINATED ->
                Optional.of(new End(RunStatus.TERMINATED, StopReason.TERMINATED));
            case WORKFLOW_EXECUTION_STATUS_TIMED_OUT -> Optional.of(new End(RunStatus.FAILED, StopReason.TIMEOUT));
            case WORKFLOW_EXECUTION_STATUS_RUNNING,
                    WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
                    WORKFLOW_EXECUTION_STATUS_PAUSED,
                    WORKFLOW_EXECUTION_STATUS_UNSPECIFIED,
                    UNRECOGNIZED -> Optional.empty();
        };
    }
}
