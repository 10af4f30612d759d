package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays a saved history of each kind of run, so that a change that running runs would not survive is noticed. Histories
 * under {@code resources/histories} are kept for ever, as {@code histories.sha256} says; a kind of run that is new, or a change made behind
 * {@code Workflow.getVersion}, adds one:
 * {@code ./mvnw -pl workflows -am test -Dtest=HistoriesTest -Dsurefire.failIfNoSpecifiedTests=false -Dreins.histories.write=true}
 * writes those that do not exist yet; {@code -Dreins.histories.server=127.0.0.1:7233} has them made by that Temporal server,
 * whose namespace {@code default} must have the runs' search attributes.
 */
class HistoriesTest {
    private static final Path SAVED = Path.of("src/test/resources/histories");
    private static final Path CHECKSUMS = SAVED.resolveSibling("histories.sha256");

    /** Few enough events that the runs below which are to be continued as new are. */
    private static final ContinueAsNewAt SOON = new ContinueAsNewAt(20, 1 << 20);

    private static TestBed bed;
    private static TestBed continuing;

    @BeforeAll
    static void open() throws IOException {
        bed = new TestBed();
        continuing = new TestBed(SOON);
        if (Boolean.getBoolean("reins.histories.write")) {
            writeMissing();
        }
    }

    @AfterAll
    static void close() {
        bed.close();
        continuing.close();
    }

    @TestFactory
    Stream<DynamicTest> everySavedHistoryIsReplayed() throws IOException {
        return Files.list(SAVED)
                .sorted()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> replay(WorkflowExecutionHistory.fromJson(Files.readString(file)))));
    }

    @Test
    void everyKindOfRunHasASavedHistory() {
        assertThat(KINDS.keySet()).allSatisfy(kind -> assertThat(file(kind)).exists());
    }

    /** A saved history stands for runs that live in somebody's installation: it is added to, never changed. */
    @Test
    void savedHistoriesAreAddedAndNeverChanged() throws IOException {
        List<String> expected = Files.readAllLines(CHECKSUMS);

        assertThat(expected)
                .as(
                        "each history with its checksum: sha256sum histories/*.json > histories.sha256, for a new one alone")
                .containsExactlyInAnyOrderElementsOf(checksums());
    }

    private static List<String> checksums() throws IOException {
        try (Stream<Path> files = Files.list(SAVED)) {
            return files.map(file -> sha256(file) + "  histories/" + file.getFileName())
                    .toList();
        }
    }

    private static String line(Path file) {
        return sha256(file) + "  histories/" + file.getFileName();
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }

    @Test
    void aReplayThatDiffersIsNoticed() throws IOException {
        String planned = Files.readString(file("planned"));
        WorkflowExecutionHistory other = WorkflowExecutionHistory.fromJson(planned.replace("\"echo\"", "\"delay\""));
        assertThatThrownBy(() -> replay(other)).hasMessageContaining("delay");
    }

    private static void replay(WorkflowExecutionHistory history) throws Exception {
        boolean continued = history.getHistory().getEventsList().stream()
                .anyMatch(event -> event.hasWorkflowExecutionContinuedAsNewEventAttributes());
        Worker worker = continued ? continuing.runs : bed.runs;
        WorkflowReplayer.replayWorkflowExecution(history, worker);
    }

    private static Path file(String kind) {
        return SAVED.resolve(kind + ".json");
    }

    private static void writeMissing() throws IOException {
        Files.createDirectories(SAVED);
        for (String kind : KINDS.keySet()) {
            if (Files.notExists(file(kind))) {
                Files.writeString(file(kind), make(kind).toJson(true));
                Files.writeString(CHECKSUMS, line(file(kind)) + "\n", StandardOpenOption.APPEND);
            }
        }
    }

    private static WorkflowExecutionHistory make(String kind) {
        ContinueAsNewAt limits = kind.startsWith("continued-") ? SOON : ContinueAsNewAt.DEFAULT;
        String server = System.getProperty("reins.histories.server");
        try (TestBed fresh = server == null ? new TestBed(limits) : TestBed.onServer(server, limits)) {
            return KINDS.get(kind).apply(fresh);
        }
    }

    private static final Map<String, Function<TestBed, WorkflowExecutionHistory>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("planned", HistoriesTest::planned);
        KINDS.put("agentic", HistoriesTest::agentic);
        KINDS.put("paused-and-resumed", HistoriesTest::pausedAndResumed);
        KINDS.put("paused-by-a-guard", HistoriesTest::pausedByAGuard);
        KINDS.put("rate-wait", HistoriesTest::rateWait);
        KINDS.put("cancelled", HistoriesTest::cancelled);
        KINDS.put("cancelled-while-paused", HistoriesTest::cancelledWhilePaused);
        KINDS.put("failed", HistoriesTest::failed);
        KINDS.put("continued-as-new", HistoriesTest::continuedAsNew);
        KINDS.put("continued-after-a-pause", HistoriesTest::continuedWhilePaused);
        KINDS.put("continued-while-paused", HistoriesTest::continuedWhilePaused);
        KINDS.put("signals-from-outside", HistoriesTest::signalsFromOutside);
        KINDS.put("bookkeeping-away", HistoriesTest::bookkeepingAway);
        KINDS.put("refused", HistoriesTest::refused);
        KINDS.put("express", HistoriesTest::express);
        KINDS.put("express-given-up", HistoriesTest::expressGivenUp);
        KINDS.put("express-paused", HistoriesTest::expressPaused);
        KINDS.put("express-whole-tasks", HistoriesTest::expressWholeTasks);
        KINDS.put("express-across-tasks", HistoriesTest::expressAcrossTasks);
        KINDS.put("express-delays", HistoriesTest::expressDelays);
        KINDS.put("express-delay-signalled", HistoriesTest::expressDelaySignalled);
        KINDS.put("side-by-side", HistoriesTest::sideBySide);
        KINDS.put("side-by-side-paused", HistoriesTest::sideBySidePaused);
    }

    private static WorkflowExecutionHistory planned(TestBed bed) {
        Run run = bed.start(World.planned("echo", "http.request", "echo"));
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory agentic(TestBed bed) {
        World world = World.agentic().turn("http.request", "echo").turn("echo").turn();
        Run run = bed.start(world.step(2, Acts.endsAs(Kind.FAILED, "It broke")), Map.of("agentId", "agt-1"));
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory pausedAndResumed(TestBed bed) {
        CountDownLatch letGo = new CountDownLatch(1);
        Run run = bed.start(World.planned("echo", "echo").step(1, Acts.runsUntil(letGo)));
        run.hasAsked("1 echo");
        run.pause();
        run.reaches(RunStatus.PAUSING);
        letGo.countDown();
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory pausedByAGuard(TestBed bed) {
        World world = World.planned("echo").step(1, Acts.isPausedBy(PauseReason.STEP_LIMIT, Kind.PAUSED));
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory rateWait(TestBed bed) {
        long slot = bed.environment.currentTimeMillis() + Duration.ofSeconds(3).toMillis();
        Run run = bed.start(World.planned("echo").step(1, Acts.waitsUntil(() -> slot)));
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory cancelled(TestBed bed) {
        Run run = bed.start(World.planned("echo").step(1, Acts.runsUntil(new CountDownLatch(1))));
        run.hasAsked("1 echo");
        run.stub().cancel();
        run.isCancelled();
        return run.history();
    }

    private static WorkflowExecutionHistory cancelledWhilePaused(TestBed bed) {
        World world = World.planned("echo").step(1, Acts.isPausedBy(PauseReason.COST_LIMIT, Kind.PAUSED));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(run.state().status()).isEqualTo(RunStatus.PAUSED));
        run.stub().cancel();
        run.isCancelled();
        return run.history();
    }

    private static WorkflowExecutionHistory failed(TestBed bed) {
        Run run = bed.start(World.planned("echo").step(1, Acts.endsAs(Kind.FAILED, "It broke")));
        run.fails();
        return run.history();
    }

    private static WorkflowExecutionHistory continuedAsNew(TestBed bed) {
        Run run = bed.start(World.planned("echo", "echo", "echo", "echo", "echo", "echo"));
        run.completes();
        return firstOf(bed, run);
    }

    private static WorkflowExecutionHistory firstOf(TestBed bed, Run run) {
        String first = run.world().executions.keySet().iterator().next();
        return bed.environment.getWorkflowClient().fetchHistory(run.id(), first);
    }

    /** A build that did so only between steps made {@code continued-after-a-pause}. */
    private static WorkflowExecutionHistory continuedWhilePaused(TestBed bed) {
        World world = World.planned("echo", "echo").step(2, Acts.isPausedBy(PauseReason.STEP_LIMIT, Kind.PAUSED));
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        for (int signals = 1; signals <= 10; signals++) {
            int sent = signals;
            run.pause();
            run.eventually(() -> assertThat(world.receipts).hasSize(sent));
        }
        run.resume();
        run.completes();
        return firstOf(bed, run);
    }

    private static WorkflowExecutionHistory signalsFromOutside(TestBed bed) {
        CountDownLatch letGo = new CountDownLatch(1);
        World world = World.planned("echo").step(1, Acts.runsUntil(letGo));
        Run run = bed.prepare(RunId.next().value(), world);
        run.stub().signalWithStart("hello", new Object[] {"there"}, new Object[] {});
        run.hasAsked("1 echo");
        run.stub().signal(AgentRun.PAUSE);
        run.stub().signal(AgentRun.RESUME, Map.of("by", "ada"), 2);
        run.stub().signal("stop");
        run.eventually(() -> assertThat(world.receipts).contains("stop refused: unknown"));
        letGo.countDown();
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory bookkeepingAway(TestBed bed) {
        Run run = bed.start(World.planned("echo").isUnreachableAtFirst(7));
        run.completes();
        return run.history();
    }

    /** Long enough for more than one workflow task. */
    private static WorkflowExecutionHistory express(TestBed bed) {
        String[] tools = IntStream.range(0, 30)
                .mapToObj(i -> i % 10 == 4 ? "http.request" : "echo")
                .toArray(String[]::new);
        World world = World.planned(tools).express("echo");
        IntStream.rangeClosed(11, 30).forEach(step -> world.step(step, Acts.takes(Duration.ofMillis(60))));
        Run run = bed.start(world);
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory expressGivenUp(TestBed bed) {
        World world = World.planned("echo", "echo", "echo", "delay", "delay")
                .express("echo", "delay")
                .step(2, Acts.isToBeRepeatedAfter(Duration.ofSeconds(2)))
                .step(4, Acts.hangsFor(Duration.ofMillis(700)));
        Run run = bed.start(world);
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory expressPaused(TestBed bed) {
        World world = World.planned("echo", "echo", "echo")
                .express("echo")
                .step(2, Acts.isPausedBy(PauseReason.STEP_LIMIT, Kind.PAUSED));
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        return run.history();
    }

    /** Bookkeeping that takes more than one task, and later most of one. */
    private static WorkflowExecutionHistory expressWholeTasks(TestBed bed) {
        String[] tools = IntStream.range(0, 105).mapToObj(i -> "echo").toArray(String[]::new);
        World world = World.planned(tools)
                .express("echo")
                .readsItsPlanIn(Duration.ofMillis(1_400))
                .step(
                        100,
                        (request, run) ->
                                run.readsItsPlanIn(Duration.ofMillis(250)).succeed(request));
        IntStream.rangeClosed(101, 105).forEach(step -> world.step(step, Acts.takes(Duration.ofMillis(60))));
        Run run = bed.startWithTaskTimeout(Duration.ofSeconds(1), world);
        run.completes();
        return run.history();
    }

    /** A step's end falls into another task than its beginning. A build that did not count it made {@code express-across-tasks-before}. */
    private static WorkflowExecutionHistory expressAcrossTasks(TestBed bed) {
        bed.warmUp();
        World world = World.planned("echo", "echo", "echo").express("echo").step(1, Acts.takes(Duration.ofMillis(380)));
        Run run = bed.startWithTaskTimeout(Duration.ofMillis(400), world);
        run.completes();
        return run.history();
    }

    /** Two of a row, the second of which is to be left alone for longer. A build that did not made {@code express-delays-before}. */
    private static WorkflowExecutionHistory expressDelays(TestBed bed) {
        World world = World.planned("echo", "echo", "echo")
                .parallel()
                .express("echo")
                .step(1, Acts.isToBeRepeatedAfter(Duration.ofSeconds(1)))
                .step(2, Acts.isToBeRepeatedAfter(Duration.ofSeconds(3)));
        Run run = bed.start(world);
        run.completes();
        return run.history();
    }

    /** A build that asked at once after a signal made {@code express-delay-signalled-before}. */
    private static WorkflowExecutionHistory expressDelaySignalled(TestBed bed) {
        World world = World.planned("echo").express("echo").step(1, Acts.isToBeRepeatedAfter(Duration.ofMinutes(5)));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(run.events()).contains(EventType.EVENT_TYPE_TIMER_STARTED));
        run.stub().signal("hello");
        run.eventually(() -> assertThat(world.receipts).hasSize(1));
        run.completes();
        return run.history();
    }

    /** In both lanes, one of them failed and one not admitted at first. */
    private static WorkflowExecutionHistory sideBySide(TestBed bed) {
        World world = World.agentic()
                .express("echo")
                .turn("http.request", "echo", "delay", "echo")
                .turn("delay", "delay")
                .turn()
                .admits(3)
                .step(4, Acts.endsAs(Kind.FAILED, "It broke"));
        Run run = bed.start(world, Map.of("agentId", "agt-1"));
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory sideBySidePaused(TestBed bed) {
        CountDownLatch letGo = new CountDownLatch(1);
        World world = World.planned("echo", "echo", "echo", "echo")
                .parallel()
                .step(1, Acts.runsUntil(letGo))
                .step(2, Acts.runsUntil(letGo))
                .step(3, Acts.after(letGo, Acts.endsAs(Kind.HELD, "The run is pausing")));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.asked).hasSize(4));
        run.pause();
        run.reaches(RunStatus.PAUSING);
        letGo.countDown();
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        return run.history();
    }

    private static WorkflowExecutionHistory refused(TestBed bed) {
        Run run = bed.start(World.planned("echo").refuses("There is no agent agt-9"));
        run.fails();
        return run.history();
    }
}
