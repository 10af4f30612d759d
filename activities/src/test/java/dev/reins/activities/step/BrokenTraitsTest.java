package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A tool whose traits break over an input: its step fails, and no run is held up. */
class BrokenTraitsTest {
    private static final String BROKEN = "test.broken broke over its input with an internal error";
    private static final Scripted TOOL = new Scripted("test.broken", true);

    @TempDir
    static Path scripts;

    private static Workbench bench;

    @BeforeAll
    static void open() {
        bench = new Workbench(scripts, TOOL);
    }

    @AfterAll
    static void close() throws Exception {
        bench.close();
    }

    @BeforeEach
    void forget() {
        TOOL.keys.clear();
    }

    private static StepNotDone notDone(ThrowingCallable step) {
        return catchThrowableOfType(ApplicationFailure.class, step).getDetails().get(StepNotDone.class);
    }

    private static StepCompleted run(StepRequest request) {
        return bench.runner.run(request, TestAttempt.of(30));
    }

    private static Execution plan() {
        return bench.plan(
                "[{'tool': 'test.broken', 'description': 'd', 'params': {}, 'onError': 'continue', 'parallel': true}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");
    }

    @Test
    void aModelIsToldThatItsCallLacksWhatTheTraitsNeed() throws Exception {
        TOOL.says = input -> TOOL.traits(input.get("city").asString().isEmpty());
        Files.writeString(
                scripts.resolve("broken.yaml"),
                "turns: [{text: Hm., calls: [{tool: test.broken, arguments: {}}]}, {text: '{{last}}'}]");
        Execution run = bench.agent("scripted", "broken", "Be good.", "test.broken");

        StepCompleted turn = run(StepRequest.modelTurn(run, 1));
        StepNotDone verdict = notDone(() -> run(StepRequest.toolCall(run, 2, "test.broken", 1, 0)));
        run(StepRequest.modelTurn(run, 3));

        assertThat(turn.calls())
                .containsExactly(new CallOutline("test.broken", Category.DEFAULT, 30_000, false, false, false, null));
        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo(BROKEN);
        assertThat(bench.messages(run))
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

        assertThat(bench.bookkeeping.plan(run, 1))
                .containsExactly(
                        new CallOutline("test.broken", Category.DEFAULT, 1_000, false, true, false, OnError.CONTINUE));
        assertThat(bench.bookkeeping.admit(List.of(Workbench.planned(run, 1, "test.broken"))))
                .isEqualTo(1);
        StepNotDone verdict = notDone(() -> run(Workbench.planned(run, 1, "test.broken")));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo(BROKEN);
        assertThat(bench.ofStep(run, 1, "status || ' ' || credits || ' ' || repeatable"))
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

        assertThatThrownBy(() -> bench.bookkeeping.plan(run, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> bench.bookkeeping.admit(step))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);

        TOOL.says = input -> TOOL.traits(true);
        assertThat(bench.bookkeeping.admit(step)).isEqualTo(1);
        run(step.getFirst());
        assertThat(TOOL.keys).hasSize(1);
    }
}
