package dev.reins.standalone.temporal;

import com.google.protobuf.util.Durations;
import dev.reins.contracts.TaskQueues;
import dev.reins.standalone.CannotStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.namespace.v1.NamespaceConfig;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryReverseRequest;
import io.temporal.api.workflowservice.v1.UpdateNamespaceRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running Temporal, and what Reins needs of its namespace. */
public final class Engine implements AutoCloseable {
    public static final String NAMESPACE = "default";

    private static final Pattern PID = Pattern.compile("@[^ ]*:(\\d{1,18}) ");
    private static final int RETENTION_DAYS = 30;
    private static final int CALL_SECONDS = 5;

    private final String address;
    private final WorkflowServiceStubs service;

    public Engine(String address) {
        this.address = address;
        this.service = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(address)
                .setEnableHttps(false)
                .build());
    }

    /** Whether it answers and has the namespace. */
    public boolean isReady() {
        try {
            describeNamespace();
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private void describeNamespace() {
        calls().describeNamespace(DescribeNamespaceRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .build());
    }

    /** How long closed runs stay to be seen in Temporal: the dev server's own 24 hours are too short. */
    public void keepClosedRuns() {
        calls().updateNamespace(UpdateNamespaceRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setConfig(NamespaceConfig.newBuilder()
                        .setWorkflowExecutionRetentionTtl(Durations.fromDays(RETENTION_DAYS)))
                .build());
    }

    /** @throws CannotStart if it does not answer or lacks the namespace; with what mends it */
    public void requireNamespace() {
        try {
            describeNamespace();
        } catch (StatusRuntimeException e) {
            throw e.getStatus().getCode() == Status.Code.NOT_FOUND ? withoutNamespace(e) : unreachable(e);
        }
    }

    private CannotStart withoutNamespace(StatusRuntimeException reason) {
        return new CannotStart(
                "The Temporal at " + address + " (--address) has no namespace '" + NAMESPACE
                        + "': make it by  temporal operator namespace create --address " + address + " --namespace "
                        + NAMESPACE,
                reason);
    }

    CannotStart unreachable(StatusRuntimeException reason) {
        return new CannotStart(
                "No Temporal answers as it should at " + address + " ("
                        + reason.getStatus().getCode() + "): start it, or correct --address.",
                reason);
    }

    /**
     * Registers the search attributes that the namespace lacks.
     *
     * @throws CannotStart if that is not allowed there; with the command that makes them
     */
    public void registerSearchAttributes() {
        try (Registration registration = new Registration(this)) {
            registration.complete();
        }
    }

    /** Whether the worker with this pid asks for workflow tasks. */
    public boolean isPolledBy(long pid) {
        try {
            var request = DescribeTaskQueueRequest.newBuilder()
                    .setNamespace(NAMESPACE)
                    .setTaskQueue(TaskQueue.newBuilder().setName(TaskQueues.RUNS))
                    .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
                    .build();
            List<PollerInfo> pollers = calls().describeTaskQueue(request).getPollersList();
            return pollers.stream()
                    .anyMatch(poller -> pidIn(poller.getIdentity())
                            .filter(known -> known == pid)
                            .isPresent());
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** The pid of the worker that did the run's last workflow task; empty if there was none yet. */
    public Optional<Long> lastWorkerOf(String workflowId) {
        var request = GetWorkflowExecutionHistoryReverseRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                .build();
        return calls().getWorkflowExecutionHistoryReverse(request).getHistory().getEventsList().stream()
                .filter(HistoryEvent::hasWorkflowTaskCompletedEventAttributes)
                .map(event -> event.getWorkflowTaskCompletedEventAttributes().getIdentity())
                .flatMap(identity -> pidIn(identity).stream())
                .findFirst();
    }

    /** Workers say who they are: {@code reins-worker@host:1234 version}. */
    private static Optional<Long> pidIn(String identity) {
        Matcher matcher = PID.matcher(identity);
        return matcher.find() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
    }

    String address() {
        return address;
    }

    WorkflowServiceBlockingStub calls() {
        return service.blockingStub().withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        service.shutdownNow();
    }
}
