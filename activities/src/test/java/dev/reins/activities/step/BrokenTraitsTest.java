package dev.reins.activities.step;

import static dev.reins.activities.step.Workbench.notDone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.activities.tool.CallTraits;
import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.OnError;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A tool whose traits break over an input: its step fails, and no run is held up. */
class BrokenTraitsTest {
    private static final String BROKEN = "test.broken broke over its input with an internal error";
    private static final Scripted TOOL = new Scripted("test.broken", true);

    private static final Workbench BENCH = new Workbench(TOOL);

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    @BeforeEach
    void forget() {
        TOOL.keys.clear();
    }

    private static Execution plan() {
        return BENCH.plan(
                "[{'tool': 'test.broken', 'description': 'd', 'params': {}, 'onError': 'continue', 'parallel': true}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");
    }

    @Test
    void aModelIsToldThatItsCallLacksWhatTheTraitsNeed() {
        TOOL.says = input -> TOOL.traits(input.get("city").asString().isEmpty());
        BENCH.script("broken", "turns: [{text: Hm., calls: [{tool: test.broken, arguments: {}}]}, {text: '{{last}}'}]");
        Execution run = BENCH.agent("scripted", "broken", "Be good.", "test.broken");

        StepCompleted turn = BENCH.perform(StepRequest.modelTurn(run, 1));
        StepNotDone verdict = notDone(() -> BENCH.perform(StepRequest.toolCall(run, 2, "test.broken", 1, 0)));
        BENCH.perform(StepRequest.modelTurn(run, 3));

        assertThat(turn.calls())
                .containsExactly(new CallOutline("test.broken", Category.DEFAULT, 30_000, false, false, false, null));
        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo(BROKEN);
        assertThat(BENCH.messages(run))
                .endsWith("assistant: Hm.", "tool: Error: " + BROKEN, "assistant: Error: " + BROKEN);
        assertThat(TOOL.keys).isEmpty();
    }

    static Stream<Function<JsonNode, CallTraits>> broken() {
        return Stream.of(
                input -> TOOL.traits(input.get("city").asString().isEmpty()),
                input -> {
                    throw new NoClassDefFoundError("com/acme/Missing");
                },
                input -> {
                    throw new StackOverflowError();
                },
                input -> null,
                input -> new CallTraits(true, Effect.READ, -1));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aStepOfAPlanFailsAndIsNotCalledHoweverTheTraitsBreak(Function<JsonNode, CallTraits> traits) {
        TOOL.says = traits;
        Execution run = plan();

        assertThat(BENCH.bookkeeping.plan(run, 1))
                .containsExactly(
                        new CallOutline("test.broken", Category.DEFAULT, 1_000, false, true, false, OnError.CONTINUE));
        assertThat(BENCH.bookkeeping.admit(List.of(Workbench.planned(run, 1, "test.broken"))))
                .isEqualTo(1);
        StepNotDone verdict = notDone(() -> BENCH.perform(Workbench.planned(run, 1, "test.broken")));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo(BROKEN);
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || credits || ' ' || repeatable"))
                .isEqualTo("failed 0 false");
        assertThat(TOOL.keys).isEmpty();
    }

    @Test
    void theWorkersOwnTroubleFailsNoStepAndNoWorkflowTask() {
        Execution run = plan();
        List<StepRequest> step = List.of(Workbench.planned(run, 1, "test.broken"));
        TOOL.says = input -> {
            throw new OutOfMemoryError("of a test");
        };

        assertThatThrownBy(() -> BENCH.bookkeeping.plan(run, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> BENCH.bookkeeping.admit(step))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);

        TOOL.says = input -> TOOL.traits(true);
        assertThat(BENCH.bookkeeping.admit(step)).isEqualTo(1);
        BENCH.perform(step.getFirst());
        assertThat(TOOL.keys).hasSize(1);
    }
}
