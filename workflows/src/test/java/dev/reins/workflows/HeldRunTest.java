package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.OnError;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.RunState;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowTaskFailedCause;
import io.temporal.api.history.v1.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A run that is paused or waits, and is signalled again and again meanwhile. */
class HeldRunTest {
    private static final int BOUND = 2 << 20;

    /** Signals that are sent at once; Temporal lets no execution end as long as there are others that it has not seen. */
    private static final int A_LOT = 10;

    private static TestBed bed;
    private static TestBed continuing;

    @BeforeAll
    static void open() {
        bed = new TestBed();
        continuing = new TestBed(new ContinueAsNewAt(20, 1 << 20));
    }

    @AfterAll
    static void close() {
        bed.close();
        continuing.close();
    }

    @Test
    void aPausedRunThatIsSignalledWithoutEndKeepsEachHistoryBelowTheBound() {
        int lots = 70;
        World world =
                World.planned("echo", "echo", "echo").step(2, Acts.isPausedBy(PauseReason.COST_LIMIT, Kind.PAUSED));
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        Map<String, String> payload = Map.of("reason", "x".repeat(4_000));
        for (int lot = 1; lot <= lots; lot++) {
            int sent = lot * A_LOT;
            IntStream.range(0, A_LOT).forEach(i -> run.stub().signal(AgentRun.PAUSE, payload));
            run.eventually(() -> assertThat(world.receipts).hasSize(sent));
        }
        comesToRest(run);

        assertThat(world.executions).hasSizeGreaterThan(1);
        run.eventually(() -> assertThat(run.state().status()).isEqualTo(RunStatus.PAUSED));
        RunState state = run.state();
        assertThat(state.pauseReason()).isEqualTo(PauseReason.COST_LIMIT);
        assertThat(state.waitingMessage()).isEqualTo("No room");
        assertThat(state.stepCount()).isEqualTo(1);
        assertThat(run.shownStatus()).isEqualTo("paused");
        assertThat(world.asked).containsExactly("1 echo", "2 echo");

        run.resume();
        run.completes();
        run.hasAsked("1 echo", "2 echo", "2 echo", "3 echo");
        assertThat(world.receipts.subList(0, lots * A_LOT)).containsOnly("pause stands");
        assertThat(world.receipts.subList(lots * A_LOT, world.receipts.size())).containsExactly("resume effective");
        assertThat(histories(run))
                .extracting(History::getSerializedSize)
                .allSatisfy(size -> assertThat(size).isLessThan(BOUND));
    }

    @Test
    void aSignalThatComesWhileAPausedRunContinuesIsObeyed() {
        World world = World.planned("echo", "echo").step(2, Acts.isPausedBy(PauseReason.COST_LIMIT, Kind.PAUSED));
        Run run = continuing.prepare("run-signalled-amid", world);
        List<Runnable> signals =
                new ArrayList<>(Collections.nCopies(20, () -> run.stub().signal("hello")));
        signals.add(run::resume);
        world.amidControls(signals);
        run.stub().start();
        run.completes();

        assertThat(world.receipts.subList(0, 20)).containsOnly("hello refused: unknown");
        assertThat(world.receipts.subList(20, world.receipts.size())).containsExactly("resume effective");
        run.hasAsked("1 echo", "2 echo", "2 echo");
        assertThat(histories(run).stream().flatMap(history -> history.getEventsList().stream()))
                .extracting(
                        event -> event.getWorkflowTaskFailedEventAttributes().getCause())
                .contains(WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND);
    }

    @Test
    void aRunThatPausedForAFailedStepIsStillPausedForItAndGoesOnAfterIt() {
        World world = World.planned("echo", "echo")
                .onError(OnError.PAUSE)
                .step(1, Acts.endsAs(Kind.FAILED, "It broke"), Acts.endsAs(Kind.FAILED, "It broke"));
        Run run = continuing.start(world);
        run.reaches(RunStatus.PAUSED);
        signalUntilContinued(run, AgentRun.PAUSE);
        run.eventually(() -> assertThat(run.state().pauseReason()).isEqualTo(PauseReason.STEP_FAILED));
        assertThat(run.state().stepCount()).isEqualTo(1);
        assertThat(world.asked).containsExactly("1 echo");

        run.resume();
        run.completes();
        run.hasAsked("1 echo", "1 echo", "2 echo");
        assertThat(world.receipts).containsOnlyOnce("resume effective");
    }

    @Test
    void aFailedStepThatIsToBeRepeatedIsPerformedInTheNextExecution() {
        World world = World.pausesAtItsFirstStep();
        Run run = continuing.start(world);
        run.reaches(RunStatus.PAUSED);
        signalUntilContinued(run, AgentRun.PAUSE);

        world.resolveWithRetry();
        run.resume();
        run.completes();
        run.hasAsked("1 echo", "1 echo", "2 echo");
    }

    @Test
    void aRunThatPausedWithinATurnRepeatsWhatIsRecordedOfIt() {
        World world = World.agentic()
                .turn("echo", "echo", "echo")
                .turn()
                .step(3, Acts.isPausedBy(PauseReason.COST_LIMIT, Kind.PAUSED));
        Run run = continuing.start(world);
        run.reaches(RunStatus.PAUSED);
        run.eventually(() -> assertThat(run.state().status()).isEqualTo(RunStatus.PAUSED));
        RunState before = run.state();
        signalUntilContinued(run, AgentRun.PAUSE);
        run.eventually(() -> assertThat(run.state().pauseReason()).isEqualTo(PauseReason.COST_LIMIT));
        assertThat(run.state().stepCount()).isEqualTo(before.stepCount());

        run.resume();
        run.completes();
        assertThat(world.asked.subList(4, world.asked.size()))
                .containsExactlyInAnyOrder("1 model.turn", "2 echo", "3 echo", "4 echo", "5 model.turn")
                .startsWith("1 model.turn")
                .endsWith("5 model.turn");
        assertThat(run.state().stepCount()).isEqualTo(5);
    }

    @Test
    void aRunThatWaitsWithinATurnWaitsForTheSameSlotInTheNextExecution() {
        long slot =
                continuing.environment.currentTimeMillis() + Duration.ofHours(1).toMillis();
        World.Act waits = (request, row) -> continuing.environment.currentTimeMillis() < slot
                ? Acts.waitsUntil(() -> slot).on(request, row)
                : row.succeed(request);
        World world = World.agentic()
                .turn("echo", "http.request")
                .turn()
                .admits(Collections.nCopies(100, 1).toArray(Integer[]::new))
                .step(3, Collections.nCopies(100, waits).toArray(World.Act[]::new));
        Run run = continuing.start(world);
        run.eventually(() -> assertThat(run.state().waitingFor()).isEqualTo(WaitingFor.RATE_LIMIT));
        signalUntilContinued(run, "hello");
        run.eventually(() -> assertThat(run.state().waitingUntilEpochMs()).isEqualTo(slot));
        assertThat(run.state().stepCount()).isEqualTo(2);

        run.completes();
        assertThat(world.asked).endsWith("3 http.request", "4 model.turn").containsOnlyOnce("4 model.turn");
    }

    /** One signal after the other, each once the one before has its receipt, until another execution has begun. */
    private static void signalUntilContinued(Run run, String signal) {
        World world = run.world();
        for (int sent = 1; sent <= 20 && world.executions.size() == 1; sent++) {
            int all = sent;
            run.stub().signal(signal);
            run.eventually(() -> assertThat(world.receipts).hasSize(all));
            comesToRest(run);
        }
        assertThat(world.executions).hasSizeGreaterThan(1);
    }

    /** No task is under way, nor any about to be: a query that the test server adds to one that then fails is never answered. */
    private static void comesToRest(Run run) {
        run.eventually(() -> {
            List<EventType> events = run.events();
            assertThat(Collections.frequency(events, EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED))
                    .isEqualTo(Collections.frequency(events, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                            + Collections.frequency(events, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED));
        });
    }

    private static List<History> histories(Run run) {
        return run.world().executions.keySet().stream()
                .map(execution -> run.bed()
                        .environment
                        .getWorkflowClient()
                        .fetchHistory(run.id(), execution)
                        .getHistory())
                .toList();
    }
}
