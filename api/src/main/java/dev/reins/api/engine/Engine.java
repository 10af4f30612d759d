package dev.reins.api.engine;

import dev.reins.contracts.RunId;
import dev.reins.contracts.SearchAttributes;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.RunState;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.RequestCancelWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.SignalWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs as Temporal executes them, addressed by workflow id alone. Every call ends within {@link #DEADLINE}, and at once
 * while Temporal is known to be away. Thread-safe.
 */
public final class Engine implements AutoCloseable {
    public static final Duration DEADLINE = Duration.ofSeconds(2);

    private final WorkflowClient client;
    private final Calls calls;

    Engine(WorkflowClient client, Circuit circuit) {
        this.client = client;
        this.calls = new Calls(circuit, DEADLINE);
    }

    /**
     * Starts a run's workflow. Started before, by whomever, is as good.
     *
     * @throws EngineUnavailable nothing is known of it
     * @throws EngineRefused it was not started
     */
    public void start(EngineStart start) {
        calls.call(() -> {
            try {
                return client.newUntypedWorkflowStub(AgentRun.TYPE, options(start))
                        .start();
            } catch (WorkflowExecutionAlreadyStarted before) {
                return before.getExecution();
            }
        });
    }

    private static WorkflowOptions options(EngineStart start) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(start.runId().value())
                .setTaskQueue(TaskQueues.RUNS)
                .setWorkflowTaskTimeout(AgentRun.WORKFLOW_TASK)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setTypedSearchAttributes(attributes(start))
                .setStaticSummary(start.summary())
                .build();
    }

    private static io.temporal.common.SearchAttributes attributes(EngineStart start) {
        var attributes = io.temporal.common.SearchAttributes.newBuilder()
                .set(SearchAttributes.STATUS, start.status().wire())
                .set(SearchAttributes.PROJECT, start.projectId())
                .set(SearchAttributes.USER, start.userId());
        if (start.agentId() != null) {
            attributes.set(SearchAttributes.AGENT, start.agentId());
        }
        return attributes.build();
    }

    /**
     * Wakes the run for a stored control request. Temporal takes each receipt once, however often it is delivered.
     *
     * @throws EngineUnavailable nothing is known of it
     * @throws EngineRefused not delivered: the workflow has ended, or does not exist yet
     */
    public void deliver(Delivery delivery) {
        calls.call(() -> delivery.verb() == Verb.CANCEL ? cancel(delivery) : signal(delivery));
    }

    private Object signal(Delivery delivery) {
        var request = SignalWorkflowExecutionRequest.newBuilder()
                .setNamespace(namespace())
                .setWorkflowExecution(execution(delivery.runId()))
                .setSignalName(delivery.verb() == Verb.PAUSE ? AgentRun.PAUSE : AgentRun.RESUME)
                .setIdentity(identity())
                .setRequestId(delivery.receiptId());
        client.getOptions().getDataConverter().toPayloads(payload(delivery)).ifPresent(request::setInput);
        return stub().signalWorkflowExecution(request.build());
    }

    private static Map<String, String> payload(Delivery delivery) {
        var payload = new LinkedHashMap<String, String>();
        payload.put("receiptId", delivery.receiptId());
        if (delivery.by() != null) {
            payload.put("by", delivery.by());
        }
        if (delivery.reason() != null) {
            payload.put("reason", delivery.reason());
        }
        return payload;
    }

    private Object cancel(Delivery delivery) {
        return stub().requestCancelWorkflowExecution(RequestCancelWorkflowExecutionRequest.newBuilder()
                .setNamespace(namespace())
                .setWorkflowExecution(execution(delivery.runId()))
                .setIdentity(identity())
                .setReason(delivery.reason() == null ? "" : delivery.reason())
                .setRequestId(delivery.receiptId())
                .build());
    }

    /** What the workflow itself says; empty if nobody could be asked in time. */
    public Optional<RunState> state(RunId runId) {
        try {
            return Optional.ofNullable(calls.callWorker(
                    () -> client.newUntypedWorkflowStub(runId.value()).query(AgentRun.STATE, RunState.class)));
        } catch (EngineUnavailable | WorkflowException noAnswer) {
            return Optional.empty();
        }
    }

    /** The run's latest execution; empty if Temporal has none. */
    public Optional<ExecutionView> describe(RunId runId) {
        return describe(execution(runId));
    }

    /** This very execution of the run; empty if Temporal does not have it. */
    public Optional<ExecutionView> describe(RunId runId, String executionId) {
        return describe(execution(runId).toBuilder().setRunId(executionId).build());
    }

    private Optional<ExecutionView> describe(WorkflowExecution execution) {
        var request = DescribeWorkflowExecutionRequest.newBuilder()
                .setNamespace(namespace())
                .setExecution(execution)
                .build();
        try {
            return ExecutionView.of(
                    calls.call(() -> stub().describeWorkflowExecution(request)).getWorkflowExecutionInfo());
        } catch (EngineRefused refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Asks Temporal for a sign of life, unless it is known to be away. */
    public void ping() {
        calls.call(this::describeNamespace);
    }

    /** As {@link #ping}, also while Temporal is known to be away: this is how its return is noticed. */
    public void probe() {
        calls.probe(this::describeNamespace);
    }

    private Object describeNamespace() {
        return stub().describeNamespace(DescribeNamespaceRequest.newBuilder()
                .setNamespace(namespace())
                .build());
    }

    public ClosedExecutions closed() {
        return new ClosedExecutions(client, calls);
    }

    private WorkflowServiceBlockingStub stub() {
        return client.getWorkflowServiceStubs().blockingStub();
    }

    private String namespace() {
        return client.getOptions().getNamespace();
    }

    private String identity() {
        return client.getOptions().getIdentity();
    }

    private static WorkflowExecution execution(RunId runId) {
        return WorkflowExecution.newBuilder().setWorkflowId(runId.value()).build();
    }

    @Override
    public void close() {
        calls.close();
    }
}
