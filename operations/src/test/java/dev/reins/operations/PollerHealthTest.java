package dev.reins.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.reins.contracts.TaskQueues;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceImplBase;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class PollerHealthTest {
    private static final String OWN = "reins-worker@here:1";
    private static final String OTHER = "reins-worker@there:2";
    private static final Duration JUST_NOW = Duration.ofSeconds(1);

    /** As much of Temporal as tells who polls. */
    private static final class TaskQueuesAlone extends WorkflowServiceImplBase {
        private final Map<String, List<PollerInfo>> polling;

        TaskQueuesAlone(Map<String, List<PollerInfo>> polling) {
            this.polling = polling;
        }

        @Override
        public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
            answer.onNext(GetSystemInfoResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void describeTaskQueue(
                DescribeTaskQueueRequest request, StreamObserver<DescribeTaskQueueResponse> answer) {
            List<PollerInfo> pollers =
                    polling.getOrDefault(request.getTaskQueue().getName(), List.of());
            answer.onNext(DescribeTaskQueueResponse.newBuilder()
                    .addAllPollers(pollers)
                    .build());
            answer.onCompleted();
        }
    }

    private final Map<String, List<PollerInfo>> polling = new ConcurrentHashMap<>();
    private Server temporal;
    private WorkflowServiceStubs stubs;
    private PollerHealth own;
    private PollerHealth anyone;

    @BeforeEach
    void start() throws IOException {
        temporal = ServerBuilder.forPort(0)
                .addService(new TaskQueuesAlone(polling))
                .build()
                .start();
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + temporal.getPort())
                .build());
        own = PollerHealth.of(new Pollers(stubs, "default"), OWN);
        anyone = PollerHealth.ofAnyone(new Pollers(stubs, "default"));
    }

    @AfterEach
    void stop() {
        stubs.shutdownNow();
        temporal.shutdownNow();
    }

    private void poll(String queue, String identity, Duration ago) {
        Instant last = Instant.now().minus(ago);
        polling.put(
                queue,
                List.of(PollerInfo.newBuilder()
                        .setIdentity(identity)
                        .setLastAccessTime(Timestamp.newBuilder().setSeconds(last.getEpochSecond()))
                        .build()));
    }

    private void pollAll(String identity) {
        List.of(TaskQueues.RUNS, TaskQueues.TOOLS, TaskQueues.MODELS).forEach(queue -> poll(queue, identity, JUST_NOW));
    }

    private static Health told(Status status, long runs, long tools, long models) {
        return Health.status(status)
                .withDetails(Map.of(TaskQueues.RUNS, runs, TaskQueues.TOOLS, tools, TaskQueues.MODELS, models))
                .build();
    }

    @Test
    void aWorkerThatPollsEveryQueueIsUp() {
        pollAll(OWN);

        assertThat(own.health()).isEqualTo(told(Status.UP, 1, 1, 1));
        assertThat(anyone.health()).isEqualTo(told(Status.UP, 1, 1, 1));
    }

    @Test
    void whereNobodyPollsAWorkerIsOutOfServiceAndAnApiDoesNotKnow() {
        assertThat(own.health()).isEqualTo(told(Status.OUT_OF_SERVICE, 0, 0, 0));
        assertThat(anyone.health()).isEqualTo(told(Status.UNKNOWN, 0, 0, 0));
    }

    @Test
    void anotherWorkersPollsAreNotOnesOwn() {
        pollAll(OTHER);

        assertThat(own.health()).isEqualTo(told(Status.OUT_OF_SERVICE, 0, 0, 0));
        assertThat(anyone.health()).isEqualTo(told(Status.UP, 1, 1, 1));
    }

    @Test
    void aQueueThatIsNotPolledIsEnoughToBeOutOfService() {
        pollAll(OWN);
        polling.remove(TaskQueues.MODELS);

        assertThat(own.health()).isEqualTo(told(Status.OUT_OF_SERVICE, 1, 1, 0));
        assertThat(anyone.health()).isEqualTo(told(Status.UNKNOWN, 1, 1, 0));
    }

    @Test
    void aPollThatIsTooLongAgoIsNone() {
        pollAll(OWN);
        poll(TaskQueues.TOOLS, OWN, Duration.ofSeconds(80));

        assertThat(own.health()).isEqualTo(told(Status.OUT_OF_SERVICE, 1, 0, 1));
    }
}
