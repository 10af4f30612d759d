package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContinueAsNewTest {
    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = new TestBed(new ContinueAsNewAt(20, 1 << 20));
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void aPlannedRunGoesOnWhereItWas() {
        Run run = bed.start(World.planned("echo", "echo", "echo", "echo", "echo", "echo", "echo"));
        run.completes();
        run.hasAsked("1 echo", "2 echo", "3 echo", "4 echo", "5 echo", "6 echo", "7 echo");
        assertThat(run.world().executions).hasSizeGreaterThanOrEqualTo(3);
        assertThat(run.state().stepCount()).isEqualTo(7);
    }

    @Test
    void eachExecutionNamesTheOneThatItContinues() {
        World world = World.planned("echo", "echo", "echo", "echo", "echo", "echo", "echo");
        bed.start(world).completes();

        List<Optional<String>> before = new ArrayList<>(List.of(Optional.empty()));
        world.executions.keySet().forEach(execution -> before.add(Optional.of(execution)));
        before.removeLast();
        assertThat(world.executions.values()).containsExactlyElementsOf(before);
    }

    @Test
    void anAgenticRunGoesOnBetweenItsTurns() {
        Run run = bed.start(World.agentic()
                .turn("echo", "echo", "echo", "echo")
                .turn("echo", "echo")
                .turn());
        run.completes();
        assertThat(run.world().asked)
                .containsExactlyInAnyOrder(
                        "1 model.turn",
                        "2 echo",
                        "3 echo",
                        "4 echo",
                        "5 echo",
                        "6 model.turn",
                        "7 echo",
                        "8 echo",
                        "9 model.turn")
                .containsSubsequence("1 model.turn", "6 model.turn", "9 model.turn");
        assertThat(run.world().executions).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aPauseIsObeyedInWhicheverExecutionItArrives() {
        CountDownLatch letGo = new CountDownLatch(1);
        World world =
                World.planned("echo", "echo", "echo", "echo", "echo", "echo").step(5, Acts.runsUntil(letGo));
        Run run = bed.start(world);
        run.eventually(() -> assertThat(world.asked).contains("5 echo"));
        run.pause();
        run.reaches(RunStatus.PAUSING);
        letGo.countDown();
        run.reaches(RunStatus.PAUSED);
        run.resume();
        run.completes();
        assertThat(world.asked).hasSize(6);
    }

    @Test
    void whatTheUiShowsIsCarriedOver() {
        Run run = bed.start(World.planned("echo", "echo", "echo", "echo", "echo", "echo", "echo"));
        run.completes();
        assertThat(run.shownStatus()).isEqualTo("completed");
    }
}
