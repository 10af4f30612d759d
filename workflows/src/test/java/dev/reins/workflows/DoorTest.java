package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.SearchAttributes;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.run.AgentRun;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.SignalWorkflowExecutionRequest;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.converter.RawValue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DoorTest {
    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = new TestBed();
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void aSignalWithoutPayloadIsAPause() {
        Run run = running();
        send(run, AgentRun.PAUSE, Payloads.getDefaultInstance());
        run.reaches(RunStatus.PAUSING);
        run.stub().cancel();
        run.isCancelled();
    }

    @Test
    void aSignalTakesItsFirstArgumentAndIgnoresTheRest() {
        Run run = running();
        run.stub().signal(AgentRun.PAUSE, Map.of("by", "ada"), "and", 3);
        run.reaches(RunStatus.PAUSING);
        run.stub().cancel();
        run.isCancelled();
    }

    @Test
    void signalsThatMakeNoSenseAreRefusedAndHarmNothing() {
        Run run = running();
        send(run, AgentRun.PAUSE, payloads("json/plain", "{\"by\":"));
        send(run, AgentRun.PAUSE, payloads("json/plain", "[1]"));
        send(run, AgentRun.PAUSE, payloads("binary/plain", "\u0000\u0001"));
        send(run, AgentRun.PAUSE, payloads("", "no encoding at all"));
        send(
                run,
                AgentRun.RESUME,
                Payloads.newBuilder()
                        .addPayloads(Payload.newBuilder()
                                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                                .setData(ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe})))
                        .build());
        run.stub().signal("stop");
        run.stub().signal("stop", Map.of("by", "ada"), "twice");
        run.eventually(() -> assertThat(run.world().receipts)
                .containsExactly(
                        "pause refused: invalid",
                        "pause refused: invalid",
                        "pause refused: invalid",
                        "pause refused: invalid",
                        "resume refused: invalid",
                        "stop refused: unknown",
                        "stop refused: unknown"));
        assertThat(run.world().status).isEqualTo(RunStatus.RUNNING);
        run.stub().cancel();
        run.isCancelled();
    }

    @Test
    void aNullPayloadIsNone() {
        Run run = running();
        run.stub().signal(AgentRun.PAUSE, (Object) null);
        run.reaches(RunStatus.PAUSING);
        run.stub().cancel();
        run.isCancelled();
    }

    @Test
    void unknownSignalsThatComeBeforeTheRunBeginsAreRegisteredOnceEach() {
        World world = World.planned("echo");
        Run run = bed.prepare("run-hello", world);
        run.stub().signalWithStart("hello", new Object[] {}, new Object[] {});
        run.completes();
        assertThat(world.receipts).containsExactly("hello refused: unknown");
    }

    @Test
    void inputReachesTheBookkeepingAsItCame() {
        World world = World.planned("echo");
        bed.start(world, Map.of("agentId", "agt-1")).completes();
        assertThat(world.begin.rawInput()).isEqualTo("{\"agentId\":\"agt-1\"}");
        assertThat(world.begin.undecodable()).isNull();
    }

    @Test
    void noInputIsNone() {
        World world = World.planned("echo");
        bed.start(world).completes();
        assertThat(world.begin.rawInput()).isNull();
        assertThat(world.begin.undecodable()).isNull();
    }

    @Test
    void undecodableInputIsToldToTheBookkeepingWhoseRefusalFailsTheRun() {
        World world = World.planned("echo").refuses("The payload is not JSON");
        Run run = bed.start(world, new RawValue(payload("binary/plain", "\u0001")));
        assertThat(run.fails().getOriginalMessage()).isEqualTo("The payload is not JSON");
        assertThat(world.begin.undecodable()).contains("'binary/plain'");
        assertThat(world.calls).containsExactly("begin");
    }

    @Test
    void aWorkflowIdThatIsNoRunIdFailsTheRunWithoutTouchingTheStore() {
        World world = World.planned("echo");
        Run run = bed.startAs("no run id/ü", world);
        assertThat(run.fails().getOriginalMessage()).startsWith("The workflow id is the run's id");
        assertThat(world.calls).isEmpty();
    }

    @Test
    void aDefectInTheWorkflowFailsTheRunWithAMessage() {
        World world = World.planned("echo").answersControlsWithNothing();
        world.row(RunStatus.PAUSING, null, null);
        Run run = bed.start(world);
        assertThat(run.fails().getOriginalMessage()).startsWith("A defect in the workflow ended the run");
        assertThat(world.finish.status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void aDefectBeforeTheRunHasBegunFailsTheExecutionAlone() {
        World world = World.planned("echo").answersNothingFromTheStart();
        Run run = bed.start(world);
        assertThat(run.fails().getType()).isEqualTo("internal");
        assertThat(world.calls).containsExactly("begin");
    }

    @Test
    void aRunSaysWhoseItIsWhereItsStarterDidNot() {
        Run run = bed.start(World.agentic());
        run.completes();
        var attributes = run.stub().describe().getTypedSearchAttributes();
        assertThat(attributes.get(SearchAttributes.AGENT)).isEqualTo("agt-1");
        assertThat(attributes.get(SearchAttributes.PROJECT)).isEqualTo("prj-1");
        assertThat(attributes.get(SearchAttributes.USER)).isEqualTo("usr-1");
    }

    @Test
    void whatItsStarterSaidIsNotSaidAgain() {
        World world = World.planned("echo");
        Run prepared = bed.prepare("run-known", world);
        WorkflowOptions options = WorkflowOptions.newBuilder(
                        prepared.stub().getOptions().orElseThrow())
                .setTaskQueue(TaskQueues.RUNS)
                .setTypedSearchAttributes(io.temporal.common.SearchAttributes.newBuilder()
                        .set(SearchAttributes.PROJECT, "prj-1")
                        .set(SearchAttributes.USER, "usr-1")
                        .set(SearchAttributes.STATUS, "running")
                        .build())
                .build();
        var stub = bed.environment.getWorkflowClient().newUntypedWorkflowStub(AgentRun.TYPE, options);
        stub.start();
        Run run = new Run(bed, stub, world, "run-known");
        run.completes();
        long upserts = run.history().getHistory().getEventsList().stream()
                .filter(event -> event.hasUpsertWorkflowSearchAttributesEventAttributes())
                .count();
        assertThat(upserts).isEqualTo(1);
    }

    @Test
    void theWebUiIsToldOfPauseResumeAndState() {
        Run run = running();
        var metadata = run.stub().query("__temporal_workflow_metadata", RawValue.class);
        String text = metadata.getPayload().getData().toStringUtf8();
        assertThat(text).contains("pause", "resume", "state", "Pauses the run").contains("plan, step 1 echo");
        run.stub().cancel();
        run.isCancelled();
    }

    private static Run running() {
        Run run = bed.start(World.planned("echo").step(1, Acts.runsUntil(new CountDownLatch(1))));
        run.hasAsked("1 echo");
        return run;
    }

    private static void send(Run run, String signal, Payloads payloads) {
        SignalWorkflowExecutionRequest.Builder request = SignalWorkflowExecutionRequest.newBuilder()
                .setNamespace(bed.environment.getNamespace())
                .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(run.id()))
                .setSignalName(signal);
        if (payloads.getPayloadsCount() > 0) {
            request.setInput(payloads);
        }
        bed.environment.getWorkflowServiceStubs().blockingStub().signalWorkflowExecution(request.build());
    }

    private static Payloads payloads(String encoding, String data) {
        return Payloads.newBuilder()
                .addAllPayloads(List.of(payload(encoding, data)))
                .build();
    }

    private static Payload payload(String encoding, String data) {
        Payload.Builder payload = Payload.newBuilder().setData(ByteString.copyFromUtf8(data));
        if (!encoding.isEmpty()) {
            payload.putMetadata("encoding", ByteString.copyFromUtf8(encoding));
        }
        return payload.build();
    }
}
