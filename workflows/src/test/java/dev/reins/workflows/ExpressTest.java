package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.step.StepNotDone.Kind;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.common.converter.DefaultDataConverter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExpressTest {
    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = TestBed.warm();
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void whatMayGoesTheExpressLaneAndTheRestDoesNot() {
        World world = World.planned("echo", "http.request", "echo").express("echo");
        Run run = bed.start(world);
        run.completes();
        run.hasAsked("1 echo", "2 http.request", "3 echo");
        assertThat(world.lanes).containsExactly("1 local", "2 regular", "3 local");
        assertThat(run.state().stepCount()).isEqualTo(3);
        assertThat(run.state().creditsUsed()).isEqualTo(30);
    }

    @Test
    void theCallsOfAModelGoTheExpressLaneAndItsTurnsDoNot() {
        World world = World.agentic().express("echo").turn("echo", "echo").turn();
        bed.start(world).completes();
        assertThat(world.lanes)
                .containsExactlyInAnyOrder("1 regular", "2 local", "3 local", "4 regular")
                .startsWith("1 regular")
                .endsWith("4 regular");
    }

    @Test
    void itsTimelineNamesToolAndStep() {
        Run run = bed.start(World.planned("echo", "delay").express("echo", "delay"));
        run.completes();
        List<String> summaries = run.history().getHistory().getEventsList().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_MARKER_RECORDED)
                .filter(event -> event.hasUserMetadata())
                .map(ExpressTest::summary)
                .toList();
        assertThat(summaries).containsExactly("echo: step 1", "delay: step 2");
    }

    /** Temporal's UI names a local activity by this detail of its marker. */
    private static String summary(HistoryEvent event) {
        Payloads type = event.getMarkerRecordedEventAttributes().getDetailsOrThrow("type");
        return text(type.getPayloads(0)) + ": " + text(event.getUserMetadata().getSummary());
    }

    private static String text(Payload payload) {
        return DefaultDataConverter.STANDARD_INSTANCE.fromPayload(payload, String.class, String.class);
    }

    @Test
    void aStepThatIsToBeRepeatedIsAskedForInTheActivityLaneAfterItsDelay() {
        World world =
                World.planned("echo", "echo").express("echo").step(1, Acts.isToBeRepeatedAfter(Duration.ofMinutes(5)));
        assertThat(bed.timeToComplete(world)).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        assertThat(world.lanes).containsExactly("1 local", "1 regular", "2 local");
    }

    @Test
    void aSignalCutsNoDelayShort() {
        World world = World.planned("echo").express("echo").step(1, Acts.isToBeRepeatedAfter(Duration.ofMinutes(5)));
        long before = bed.environment.currentTimeMillis();
        Run run = bed.start(world);
        run.eventually(() -> assertThat(run.events()).contains(EventType.EVENT_TYPE_TIMER_STARTED));
        run.stub().signal("hello");
        run.eventually(() -> assertThat(world.receipts).hasSize(1));
        assertThat(world.lanes).containsExactly("1 local");
        run.completes();
        assertThat(bed.environment.currentTimeMillis() - before)
                .isGreaterThanOrEqualTo(Duration.ofMinutes(5).toMillis());
    }

    @Test
    void noDelayIsLongerThanTheRunHasTime() {
        World world = World.planned("echo")
                .express("echo")
                .timeoutMs(20_000)
                .step(1, Acts.isToBeRepeatedAfter(Duration.ofMinutes(5)));
        assertThat(bed.timeToComplete(world)).isBetween(Duration.ofSeconds(20), Duration.ofMinutes(4));
        assertThat(world.lanes).containsExactly("1 local", "1 regular");
    }

    @Test
    void aStepWhoseWorkerBreaksIsAskedForInTheActivityLane() {
        World world = World.planned("echo").express("echo").step(1, Acts.isLost());
        bed.start(world).completes();
        assertThat(world.lanes).containsExactly("1 local", "1 regular");
    }

    @Test
    void aStepThatHangsIsLeftAloneAndAskedForInTheActivityLane() {
        World world =
                World.planned("echo", "delay").express("echo", "delay").step(1, Acts.hangsFor(Duration.ofSeconds(2)));
        bed.start(world).completes();
        assertThat(world.lanes).startsWith("1 local", "1 regular");
        assertThat(world.finish.status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void whatBookkeepingTookOfTheTaskIsNotLeftForAStep() {
        World world = World.planned("echo", "echo").express("echo").readsItsPlanIn(Duration.ofMillis(450));
        bed.start(world).completes();
        assertThat(world.lanes).containsExactly("1 regular", "2 local");
    }

    @Test
    void aTaskThatBeganWhileBookkeepingWasUnderWayHasNoTimeForAStep() {
        World world = World.planned("echo", "echo").express("echo").readsItsPlanIn(Duration.ofSeconds(4));
        Run run = bed.startWithTaskTimeout(Duration.ofSeconds(3), world);
        run.completes();
        assertThat(world.lanes).containsExactly("1 regular", "2 local");
        assertThat(run.events().stream().filter(EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT::equals))
                .isEmpty();
    }

    @Test
    void aTaskThatBeganWhileAStepWasUnderWayHasNoTimeForAnother() {
        World world = World.planned("echo", "echo", "echo").express("echo").step(1, Acts.takes(Duration.ofMillis(320)));
        bed.startWithTaskTimeout(Duration.ofMillis(300), world).completes();
        assertThat(world.lanes).contains("1 local", "2 regular", "3 local").doesNotContain("2 local");
    }

    /** It would hold its task open for as long as others take. */
    @Test
    void aStepThatFindsNoSlotInTimeGoesTheActivityLane() {
        CountDownLatch slotIsTaken = new CountDownLatch(1);
        World waiting =
                World.planned("http.request", "echo").express("echo").step(1, Acts.after(slotIsTaken, Acts.succeeds()));
        World holding = World.planned("echo").express("echo").step(1, (request, world) -> {
            slotIsTaken.countDown();
            return Acts.hangsFor(Duration.ofSeconds(3)).on(request, world);
        });
        try (TestBed narrow = TestBed.withLocalSlots(1)) {
            Run run = narrow.start(waiting);
            run.hasAsked("1 http.request");
            narrow.start(holding);
            run.completes();
        }
        assertThat(waiting.lanes).containsExactly("1 regular", "2 regular");
    }

    @Test
    void aGuardsVerdictIsObeyedAsInTheActivityLane() {
        World world = World.planned("echo", "echo")
                .express("echo")
                .step(1, Acts.isPausedBy(PauseReason.COST_LIMIT, Kind.PAUSED))
                .step(2, Acts.endsAs(Kind.FAILED, "It broke"));
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        run.resume();
        assertThat(run.fails().getOriginalMessage()).isEqualTo("It broke");
        assertThat(world.lanes).containsExactly("1 local", "1 local", "2 local");
    }

    @Test
    void aStepThatMustWaitIsAskedForAgainWhenItsSlotHasCome() {
        long slot = bed.environment.currentTimeMillis() + Duration.ofMinutes(1).toMillis();
        World world = World.planned("echo").express("echo").step(1, Acts.waitsUntil(() -> slot));
        bed.start(world).completes();
        assertThat(world.lanes).containsExactly("1 local", "1 local");
        assertThat(bed.environment.currentTimeMillis()).isGreaterThanOrEqualTo(slot);
    }

    @Test
    void aSignalIsHeardWithoutWaitingForTheRunsEnd() {
        String[] tools = IntStream.range(0, 100).mapToObj(i -> "echo").toArray(String[]::new);
        World world = World.planned(tools).express("echo");
        IntStream.rangeClosed(1, 100).forEach(step -> world.step(step, Acts.takes(Duration.ofMillis(40))));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.asked).hasSizeGreaterThan(2));
        run.pause();
        run.reaches(RunStatus.PAUSED);
        assertThat(world.asked).hasSizeLessThan(60);
        run.resume();
        run.completes();
        assertThat(world.lanes.stream().filter(lane -> lane.endsWith("regular")))
                .hasSizeGreaterThan(4);
        assertThat(world.asked).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void manyQuickStepsAreFewEventsAndNoneIsLost() {
        String[] tools = IntStream.range(0, 200).mapToObj(i -> "echo").toArray(String[]::new);
        Run run = bed.start(World.planned(tools).express("echo"));
        run.completes();
        assertThat(run.world().asked).hasSize(200).doesNotHaveDuplicates();
        assertThat(run.events().size()).isLessThan(2 * 200);
        assertThat(run.history().getHistory().getSerializedSize()).isLessThan(200 * 1_000);
    }
}
