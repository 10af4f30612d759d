package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.OnError;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.workflows.World.Act;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ParallelTest {
    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = TestBed.warm();
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    private static World parallel(int steps) {
        return World.planned(Collections.nCopies(steps, "echo").toArray(String[]::new))
                .parallel();
    }

    @Test
    void stepsThatAreMarkedSoAreUnderWayAtOnce() {
        Act meets = Acts.meets(new CountDownLatch(3));
        World world = parallel(3).step(1, meets).step(2, meets).step(3, meets);
        Run run = bed.start(world);
        run.completes();
        assertThat(world.calls).containsExactly("begin", "plan 1", "admit 1 to 3", "finish");
        assertThat(run.state().stepCount()).isEqualTo(3);
        assertThat(run.state().creditsUsed()).isEqualTo(30);
    }

    @Test
    void theCallsOfOneModelTurnAreUnderWayAtOnce() {
        Act meets = Acts.meets(new CountDownLatch(3));
        World world = World.agentic()
                .turn("echo", "delay", "http.request")
                .turn()
                .step(2, meets)
                .step(3, meets)
                .step(4, meets);
        bed.start(world).completes();
        assertThat(world.asked).startsWith("1 model.turn").endsWith("5 model.turn");
    }

    @Test
    void stepsOfTheExpressLaneAreUnderWayAtOnce() {
        Act meets = Acts.meets(new CountDownLatch(3));
        World world = parallel(3).express("echo").step(1, meets).step(2, meets).step(3, meets);
        Run run = bed.start(world);
        run.completes();
        assertThat(world.lanes).containsExactlyInAnyOrder("1 local", "2 local", "3 local");
        assertThat(run.events()).doesNotContain(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED);
    }

    @Test
    void oneThatIsGivenUpAmongThemIsAskedForInTheActivityLaneAgain() {
        World world = parallel(3).express("echo").step(2, Acts.isToBeRepeatedAfter(Duration.ofSeconds(3)));
        bed.start(world).completes();
        assertThat(world.lanes).contains("1 local", "2 local", "3 local", "2 regular");
        assertThat(world.lanes).filteredOn("1 local"::equals).hasSize(1);
        assertThat(world.lanes).doesNotContain("1 regular");
    }

    @Test
    void eachThatIsGivenUpAmongThemIsLeftAloneForItsOwnDelay() {
        World world = parallel(3)
                .express("echo")
                .step(1, Acts.isToBeRepeatedAfter(Duration.ofSeconds(1)))
                .step(3, Acts.isToBeRepeatedAfter(Duration.ofMinutes(2)));
        assertThat(bed.timeToComplete(world)).isGreaterThanOrEqualTo(Duration.ofMinutes(2));
        assertThat(world.lanes).contains("1 regular", "3 regular");
    }

    @Test
    void theirStateNamesTheFirstThatIsUnderWay() {
        CountDownLatch letGo = new CountDownLatch(1);
        World world = parallel(3).step(2, Acts.runsUntil(letGo)).step(3, Acts.runsUntil(letGo));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(run.state().currentStep()).isEqualTo(2));
        assertThat(run.state().currentTool()).isEqualTo("echo");
        letGo.countDown();
        run.completes();
        assertThat(run.state().currentStep()).isNull();
    }

    @Test
    void oneThatFailsLetsTheOthersFinishBeforeTheRunFails() {
        CountDownLatch letGo = new CountDownLatch(1);
        World world = parallel(4).step(2, Acts.endsAs(Kind.FAILED, "It broke")).step(3, Acts.runsUntil(letGo));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.asked).hasSize(4));
        run.eventually(() -> assertThat(run.events()).contains(EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED));
        assertThat(world.finish).isNull();
        letGo.countDown();
        assertThat(run.fails().getOriginalMessage()).isEqualTo("It broke");
        assertThat(world.asked).hasSize(4);
        assertThat(run.state().creditsUsed()).isGreaterThanOrEqualTo(30);
    }

    @Test
    void whichFailureCountsIsAMatterOfTheirOrderInThePlan() {
        CountDownLatch secondFailed = new CountDownLatch(1);
        World world = parallel(2)
                .step(1, Acts.after(secondFailed, Acts.endsAs(Kind.FAILED, "The first broke")))
                .step(2, (request, row) -> {
                    secondFailed.countDown();
                    return Acts.endsAs(Kind.FAILED, "The second broke").on(request, row);
                });
        assertThat(bed.start(world).fails().getOriginalMessage()).isEqualTo("The first broke");
    }

    @Test
    void oneThatFailsIsPassedWhereThePlanSaysSo() {
        World world = parallel(3).onError(OnError.CONTINUE).step(2, Acts.endsAs(Kind.FAILED, "It broke"));
        bed.start(world).completes();
        assertThat(world.asked).hasSize(3);
    }

    @Test
    void theRunPausesForEachThatFailedAndRepeatsNone() {
        World world = parallel(4)
                .onError(OnError.PAUSE)
                .step(1, Acts.endsAs(Kind.FAILED, "The first broke"))
                .step(3, Acts.endsAs(Kind.FAILED, "The third broke"));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(run.state().waitingMessage()).isEqualTo("The first broke"));
        run.resume();
        run.eventually(() -> assertThat(run.state().waitingMessage()).isEqualTo("The third broke"));
        run.resume();
        run.completes();
        assertThat(world.asked).containsExactlyInAnyOrder("1 echo", "2 echo", "3 echo", "4 echo");
        assertThat(world.calls).contains("pause for step_failed at 1", "pause for step_failed at 3");
    }

    @Test
    void whatIsNotAdmittedIsAskedForOnceTheOthersHaveEnded() {
        World world = parallel(4).admits(2);
        bed.start(world).completes();
        assertThat(world.asked.subList(0, 2)).containsExactlyInAnyOrder("1 echo", "2 echo");
        assertThat(world.asked.subList(2, 4)).containsExactlyInAnyOrder("3 echo", "4 echo");
        assertThat(world.calls).containsExactly("begin", "plan 1", "admit 1 to 4", "admit 3 to 4", "finish");
    }

    @Test
    void whereNoneIsAdmittedTheFirstIsAskedForByItself() {
        long slot = bed.environment.currentTimeMillis() + Duration.ofMinutes(1).toMillis();
        World world = parallel(3).admits(0).step(1, Acts.waitsUntil(() -> slot));
        bed.start(world).completes();
        assertThat(world.asked).startsWith("1 echo").hasSize(4);
        assertThat(world.calls).containsExactly("begin", "plan 1", "admit 1 to 3", "admit 1 to 3", "finish");
        assertThat(bed.environment.currentTimeMillis()).isGreaterThanOrEqualTo(slot);
    }

    @Test
    void aStepWithoutNeighbourAsksForNothingMoreThanItself() {
        World world = World.planned("echo").parallel();
        bed.start(world).completes();
        assertThat(world.calls).containsExactly("begin", "plan 1", "finish");
    }

    @Test
    void aPauseLetsThoseUnderWayFinishAndHoldsTheOthers() {
        CountDownLatch letGo = new CountDownLatch(1);
        World world = parallel(4)
                .step(1, Acts.runsUntil(letGo))
                .step(2, Acts.runsUntil(letGo))
                .step(3, Acts.after(letGo, Acts.endsAs(Kind.HELD, "The run is pausing")))
                .step(4, Acts.after(letGo, Acts.endsAs(Kind.HELD, "The run is pausing")));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.asked).hasSize(4));
        run.pause();
        run.reaches(RunStatus.PAUSING);
        letGo.countDown();
        run.reaches(RunStatus.PAUSED);
        assertThat(world.asked).hasSize(4);
        run.resume();
        run.completes();
        assertThat(world.asked.subList(4, 6)).containsExactlyInAnyOrder("3 echo", "4 echo");
        assertThat(world.asked).hasSize(6);
    }

    @Test
    void aCancelReachesAllOfThem() {
        CountDownLatch never = new CountDownLatch(1);
        World world = parallel(3)
                .step(1, Acts.runsUntil(never))
                .step(2, Acts.runsUntil(never))
                .step(3, Acts.runsUntil(never));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.asked).hasSize(3));
        run.stub().cancel();
        run.isCancelled();
        assertThat(run.events())
                .filteredOn(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED::equals)
                .hasSize(3);
    }

    @Test
    void afterAnUnknownOutcomeTheJournalIsAskedFromThereOn() {
        World world = parallel(3).step(2, Acts.isPausedBy(PauseReason.UNKNOWN_OUTCOME, Kind.UNKNOWN));
        Run run = bed.start(world);
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        assertThat(world.asked)
                .containsExactlyInAnyOrder("1 echo", "2 echo", "3 echo", "2 echo", "3 echo")
                .filteredOn("1 echo"::equals)
                .hasSize(1);
    }

    @Test
    void aRunContinuesAsNewBetweenThem() {
        try (TestBed continuing = new TestBed(new ContinueAsNewAt(20, 1 << 20))) {
            World world = parallel(40);
            continuing.start(world).completes();
            assertThat(world.asked).hasSize(40).doesNotHaveDuplicates();
            assertThat(world.executions).hasSizeGreaterThanOrEqualTo(2);
        }
    }
}
