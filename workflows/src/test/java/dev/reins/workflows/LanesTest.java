package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import dev.reins.workflows.TaskClock.Moment;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final Execution EXECUTION = new Execution(new RunId("run-1"), "execution-1", false, null);

    private final TaskClock clock = new TaskClock();
    private final Lanes lanes = new Lanes(clock);

    private static Next.Perform step(int number, String tool, boolean express, long timeoutMs) {
        return new Next.Perform(
                StepRequest.planned(EXECUTION, number, tool, number),
                new CallOutline(tool, Category.DEFAULT, timeoutMs, true, false, express, null));
    }

    private static Next.Perform echo(int number) {
        return step(number, "echo", true, 1_000);
    }

    private Optional<Duration> express(Next.Perform step, long task, long ms) {
        return lanes.express(step, null, new Moment(task, ms));
    }

    @Test
    void whatMayGoExpressGetsWhatIsLeftOfItsTask() {
        assertThat(express(echo(1), 3, 1_000)).contains(Duration.ofMillis(480));
        assertThat(express(echo(2), 3, 1_100)).contains(Duration.ofMillis(379));
    }

    @Test
    void aCallGetsNoMoreThanItsOwnTimeout() {
        assertThat(express(step(1, "echo", true, 150), 3, 0)).contains(Duration.ofMillis(150));
    }

    @Test
    void aModelTurnAndAToolThatMayNotGoTheActivityLane() {
        assertThat(express(new Next.Perform(StepRequest.modelTurn(EXECUTION, 1), null), 3, 0))
                .isEmpty();
        assertThat(express(step(1, "http.request", false, 15_000), 3, 0)).isEmpty();
    }

    @Test
    void noStepBeginsThatWouldMakeItsTaskTooLong() {
        express(echo(1), 3, 0);
        assertThat(express(echo(2), 3, 379)).contains(Lanes.LEAST);
        assertThat(express(echo(3), 3, 379)).isEmpty();
        assertThat(express(echo(3), 3, 400)).isEmpty();
    }

    @Test
    void whatEachStepTookBesideWholeMillisecondsIsCountedToo() {
        int steps = 0;
        while (express(echo(steps + 1), 3, 0).isPresent()) {
            steps++;
        }
        assertThat(steps).isEqualTo(381);
    }

    @Test
    void whatBookkeepingTookOfTheTaskIsCounted() {
        clock.begins(new Moment(3, 1_000));
        clock.ended(new Moment(3, 1_099));
        assertThat(express(echo(1), 3, 1_100)).contains(Duration.ofMillis(379));
        clock.begins(new Moment(3, 1_100));
        clock.ended(new Moment(3, 1_400));
        assertThat(express(echo(2), 3, 1_400)).isEmpty();
    }

    @Test
    void aTaskThatBeganWhileBookkeepingWasUnderWayHasNoTimeForAStep() {
        clock.begins(new Moment(3, 1_000));
        clock.ended(new Moment(9, 9_000));
        assertThat(express(echo(1), 9, 9_000)).isEmpty();
        clock.begins(new Moment(9, 9_000));
        clock.ended(new Moment(9, 9_001));
        assertThat(express(echo(1), 9, 9_001)).isEmpty();
        assertThat(express(echo(2), 15, 9_002)).contains(Duration.ofMillis(480));
    }

    @Test
    void aTaskThatBeganWhileStepsWereUnderWayHasNoTimeForAnother() {
        express(echo(1), 3, 0);
        express(echo(2), 3, 1);
        clock.ended(new Moment(9, 400));
        clock.ended(new Moment(9, 410));
        assertThat(express(echo(3), 9, 410)).isEmpty();
        assertThat(express(echo(4), 15, 420)).contains(Duration.ofMillis(480));
    }

    @Test
    void aNewTaskHasItsTimeAnew() {
        express(echo(1), 3, 0);
        assertThat(express(echo(2), 3, 450)).isEmpty();
        assertThat(express(echo(3), 9, 470)).contains(Duration.ofMillis(480));
    }

    @Test
    void aStepThatWasGivenUpGoesTheActivityLaneAndTheNextMayTryAgain() {
        lanes.gaveUp(echo(1));
        assertThat(express(echo(1), 3, 0)).isEmpty();
        assertThat(express(echo(2), 3, 0)).isPresent();
    }

    @Test
    void aToolThatIsGivenUpAgainAndAgainStaysInTheActivityLaneForLongerUntilItKeepsItsTime() {
        lanes.gaveUp(echo(1));
        lanes.gaveUp(echo(2));
        assertThat(express(echo(4), 3, 0)).isEmpty();
        assertThat(express(step(4, "delay", true, 1_000), 3, 0)).isPresent();
        assertThat(express(echo(5), 3, 0)).isPresent();
        for (int step = 5; step < 50; step++) {
            lanes.gaveUp(echo(step));
        }
        assertThat(express(echo(49 + 62), 3, 0)).isEmpty();
        assertThat(express(echo(49 + 63), 3, 0)).isPresent();
        lanes.kept(echo(112));
        lanes.gaveUp(echo(113));
        assertThat(express(echo(114), 3, 0)).isPresent();
    }

    @Test
    void aRunThatHasHardlyAnyTimeLeftGoesTheActivityLaneWhichEndsItInTime() {
        Moment now = new Moment(3, 0);
        assertThat(lanes.express(echo(1), Duration.ofMillis(500), now)).isEmpty();
        assertThat(lanes.express(echo(1), Duration.ofMillis(501), now)).isPresent();
    }
}
