package dev.reins.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import com.uber.m3.tally.NoopScope;
import dev.reins.api.ApiSettings;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.AgentRun;
import dev.reins.operations.Version;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.PortBoundTestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static final EngineConfiguration CONFIGURATION = new EngineConfiguration();
    private static PortBoundTestServer server;
    private static WorkflowServiceStubs temporal;
    private static Engine engine;

    @BeforeAll
    static void connect() throws IOException {
        int port = freePort();
        server = TestServer.createPortBoundServer(port);
        temporal = CONFIGURATION.temporal(settings(port), new NoopScope());
        engine = CONFIGURATION.engine(temporal, settings(port), new Version("test"));
        OperatorServiceStubs operator = CONFIGURATION.operator(temporal);
        assertThat(CONFIGURATION.namespace(temporal, operator, settings(port)).prepare())
                .isEmpty();
    }

    @AfterAll
    static void disconnect() {
        engine.close();
        temporal.shutdownNow();
        server.close();
    }

    @Test
    void startsARunOnceHoweverOftenItIsAskedTo() {
        var run = RunId.next();

        engine.start(start(run));
        ExecutionView first = engine.describe(run).orElseThrow();
        engine.start(start(run));

        assertThat(first.status()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        assertThat(engine.describe(run)).contains(first);
        assertThat(engine.describe(run, first.executionId())).contains(first);
    }

    @Test
    void givesAKilledWorkersTaskToAnotherSoon() {
        var run = RunId.next();
        engine.start(start(run));

        var started = history(run).getFirst().getWorkflowExecutionStartedEventAttributes();
        assertThat(Durations.toMillis(started.getWorkflowTaskTimeout())).isEqualTo(AgentRun.WORKFLOW_TASK.toMillis());
    }

    @Test
    void neverStartsAnEndedRunAnew() {
        var run = RunId.next();
        engine.start(start(run));
        client().newUntypedWorkflowStub(run.value()).terminate("enough");

        engine.start(start(run));

        assertThat(engine.describe(run).orElseThrow().end())
                .map(ExecutionView.End::status)
                .contains(RunStatus.TERMINATED);
    }

    @Test
    void tellsWhyARunWasTerminated() {
        var run = RunId.next();
        engine.start(start(run));
        client().newUntypedWorkflowStub(run.value()).terminate("enough");

        assertThat(engine.closed().reason(engine.describe(run).orElseThrow())).contains("enough");
    }

    @Test
    void signalsPauseAndResumeAndCancelsByRequest() {
        var run = RunId.next();
        engine.start(start(run));

        engine.deliver(new Delivery("receipt-1", run, Verb.PAUSE, "alice", "lunch"));
        engine.deliver(new Delivery("receipt-2", run, Verb.RESOLVE, null, null));
        engine.deliver(new Delivery("receipt-3", run, Verb.CANCEL, "alice", null));

        assertThat(events(run)).contains(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
        assertThat(events(run).stream().filter(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED::equals))
                .hasSize(2);
    }

    @Test
    void tellsARefusalFromAnOutage() {
        assertThatThrownBy(() -> engine.deliver(new Delivery("r", RunId.next(), Verb.PAUSE, null, null)))
                .isInstanceOfSatisfying(
                        EngineRefused.class,
                        refused -> assertThat(refused.isNotFound()).isTrue());
        assertThat(engine.describe(RunId.next())).isEmpty();
    }

    @Test
    void hasNoStateOfARunThatNoWorkerHolds() {
        var run = RunId.next();
        engine.start(start(run));
        Instant asked = Instant.now();

        assertThat(engine.state(run)).isEmpty();

        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
        engine.ping(); // a missing worker is no outage
    }

    @Test
    void failsSoonAndThenAtOnceWhileTemporalIsAway() throws IOException {
        int port = freePort();
        WorkflowServiceStubs nobody = CONFIGURATION.temporal(settings(port), new NoopScope());
        try (Engine away = CONFIGURATION.engine(nobody, settings(port), new Version("test"))) {
            Instant asked = Instant.now();
            assertThatThrownBy(() -> away.start(start(RunId.next()))).isInstanceOf(EngineUnavailable.class);
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofMillis(2_500));

            asked = Instant.now();
            assertThatThrownBy(() -> away.start(start(RunId.next()))).isInstanceOf(EngineUnavailable.class);
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofMillis(200));
        } finally {
            nobody.shutdownNow();
        }
    }

    private static List<EventType> events(RunId run) {
        return history(run).stream().map(HistoryEvent::getEventType).toList();
    }

    private static List<HistoryEvent> history(RunId run) {
        var request = GetWorkflowExecutionHistoryRequest.newBuilder()
                .setNamespace("default")
                .setExecution(WorkflowExecution.newBuilder().setWorkflowId(run.value()))
                .build();
        return temporal.blockingStub()
                .getWorkflowExecutionHistory(request)
                .getHistory()
                .getEventsList();
    }

    private static WorkflowClient client() {
        return WorkflowClient.newInstance(temporal);
    }

    private static EngineStart start(RunId run) {
        return new EngineStart(run, "demo", "agent-1", "janitor", "alice", RunStatus.QUEUED);
    }

    private static ApiSettings settings(int port) {
        return new ApiSettings("127.0.0.1:" + port, "default", "postgresql://nobody/none", "", "1");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
