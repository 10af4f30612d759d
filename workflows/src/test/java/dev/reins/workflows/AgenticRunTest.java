package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.StepNotDone.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AgenticRunTest {
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
    void alternatesTurnsAndTheirCallsUntilTheModelIsDone() {
        Run run = bed.start(
                World.agentic().turn("http.request", "echo").turn("echo").turn());
        run.completes();
        assertThat(run.world().asked)
                .containsExactlyInAnyOrder(
                        "1 model.turn", "2 http.request", "3 echo", "4 model.turn", "5 echo", "6 model.turn")
                .startsWith("1 model.turn")
                .endsWith("4 model.turn", "5 echo", "6 model.turn");
        assertThat(run.world().calls).containsExactly("begin", "admit 2 to 3", "finish");
    }

    @Test
    void goesOnAfterCallsThatTheModelWasToldAreNotDone() {
        World world = World.agentic()
                .turn("echo", "echo", "echo", "echo")
                .turn()
                .step(2, Acts.endsAs(Kind.FAILED, "It broke"))
                .step(3, Acts.endsAs(Kind.REFUSED, "No"))
                .step(4, Acts.endsAs(Kind.TIMED_OUT, "Too slow"))
                .step(5, Acts.endsAs(Kind.CANCELLED, "Skipped"));
        Run run = bed.start(world);
        run.completes();
        assertThat(world.asked)
                .containsExactlyInAnyOrder("1 model.turn", "2 echo", "3 echo", "4 echo", "5 echo", "6 model.turn")
                .endsWith("6 model.turn");
    }

    @Test
    void failsWhereTheModelFails() {
        World world = World.agentic().step(1, Acts.endsAs(Kind.FAILED, "No model"));
        assertThat(bed.start(world).fails().getType()).isEqualTo("model_failed");
        assertThat(world.finish.stopReason()).isEqualTo(StopReason.MODEL_FAILED);
    }

    @Test
    void isDeniedWhereItsTurnIsRefused() {
        World world = World.agentic().step(1, Acts.endsAs(Kind.REFUSED, "Execution guard failed: too dear"));
        assertThat(bed.start(world).fails().getType()).isEqualTo("guard_denied");
    }

    @Test
    void survivesToolNamesThatTemporalWouldNotTake() {
        String endless = "x".repeat(5_000);
        Run run = bed.start(World.agentic().turn(endless, "", "model.turn").turn());
        run.completes();
        assertThat(run.world().asked)
                .containsExactlyInAnyOrder("1 model.turn", "2 " + endless, "3 ", "4 model.turn", "5 model.turn");
        assertThat(run.history().getHistory().getEventsList().stream()
                        .filter(event -> event.hasActivityTaskScheduledEventAttributes())
                        .map(event -> event.getActivityTaskScheduledEventAttributes()
                                .getActivityType()
                                .getName()))
                .containsExactly("model.turn", "unknown.tool", "unknown.tool", "unknown.tool", "model.turn");
    }
}
