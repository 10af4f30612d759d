package dev.reins.standalone.temporal;

import com.google.protobuf.util.Durations;
import dev.reins.contracts.SearchAttributes;
import dev.reins.contracts.TaskQueues;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.namespace.v1.NamespaceConfig;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryReverseRequest;
import io.temporal.api.workflowservice.v1.UpdateNamespaceRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A running Temporal, and what Reins needs of its namespace. */
public final class Engine implements AutoCloseable {
    public static final String NAMESPACE = "default";

    private static final Pattern PID = Pattern.compile("\\b(\\d{1,18})@");
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
            var request = DescribeNamespaceRequest.newBuilder()
                    .setNamespace(NAMESPACE)
                    .build();
            calls().describeNamespace(request);
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** How long closed runs stay to be seen in Temporal: the dev server's own 24 hours are too short. */
    public void keepClosedRuns() {
        calls().updateNamespace(UpdateNamespaceRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setConfig(NamespaceConfig.newBuilder()
                        .setWorkflowExecutionRetentionTtl(Durations.fromDays(RETENTION_DAYS)))
                .build());
    }

    /** Registers the search attributes that the namespace lacks. */
    public void registerSearchAttributes() {
        var options = OperatorServiceStubsOptions.newBuilder()
                .setTarget(address)
                .setEnableHttps(false)
                .validateAndBuildWithDefaults();
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(options);
        try {
            var known = operator.blockingStub()
                    .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                            .setNamespace(NAMESPACE)
                            .build())
                    .getCustomAttributesMap();
            Map<String, IndexedValueType> missing = SearchAttributes.ALL.stream()
                    .map(key -> key.getName())
                    .filter(name -> !known.containsKey(name))
                    .collect(Collectors.toMap(name -> name, name -> IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
            if (!missing.isEmpty()) {
                operator.blockingStub()
                        .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                                .setNamespace(NAMESPACE)
                                .putAllSearchAttributes(missing)
                                .build());
            }
        } finally {
            operator.shutdownNow();
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

    /** Workers say who they are by their pid and host: {@code ... 1234@host}. */
    private static Optional<Long> pidIn(String identity) {
        Matcher matcher = PID.matcher(identity);
        return matcher.find() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
    }

    private WorkflowServiceBlockingStub calls() {
        return service.blockingStub().withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        service.shutdownNow();
    }
}
