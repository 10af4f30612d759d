package dev.reins.operations;

import dev.reins.contracts.TaskQueues;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Who polls the task queues, as Temporal saw it lately. Thread-safe. */
public final class Pollers {
    /** A poll lasts a minute at most; one that died with its worker is forgotten after that. */
    private static final Duration LATELY = Duration.ofSeconds(75);

    private static final int CALL_SECONDS = 2;
    private static final Map<String, TaskQueueType> QUEUES = queues();

    private final WorkflowServiceStubs temporal;
    private final String namespace;

    public Pollers(WorkflowServiceStubs temporal, String namespace) {
        this.temporal = temporal;
        this.namespace = namespace;
    }

    private static Map<String, TaskQueueType> queues() {
        Map<String, TaskQueueType> queues = new LinkedHashMap<>();
        queues.put(TaskQueues.RUNS, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW);
        queues.put(TaskQueues.TOOLS, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY);
        queues.put(TaskQueues.MODELS, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY);
        return queues;
    }

    /**
     * The identities of those who poll, by task queue; empty if Temporal does not tell.
     *
     * @throws StatusRuntimeException if it cannot be asked
     */
    public Optional<Map<String, Set<String>>> identities() {
        Map<String, Set<String>> identities = new LinkedHashMap<>();
        try {
            QUEUES.forEach((queue, type) -> identities.put(queue, of(queue, type)));
            return Optional.of(identities);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return Optional.empty(); // the SDK's test server
            }
            throw e;
        }
    }

    private Set<String> of(String queue, TaskQueueType type) {
        Instant since = Instant.now().minus(LATELY);
        return temporal
                .blockingStub()
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                        .setNamespace(namespace)
                        .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                        .setTaskQueueType(type)
                        .build())
                .getPollersList()
                .stream()
                .filter(poller -> lastSeen(poller).isAfter(since))
                .map(PollerInfo::getIdentity)
                .collect(Collectors.toSet());
    }

    private static Instant lastSeen(PollerInfo poller) {
        return Instant.ofEpochSecond(poller.getLastAccessTime().getSeconds());
    }
}
