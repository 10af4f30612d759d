package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepNotDone;
import java.util.Collections;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A call that has ended well, with a result that nothing can be made of: it is not made for ever. */
class BrokenResultsTest {
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Scripted ONCE = new Scripted("test.once", false);
    private static final Workbench BENCH = new Workbench(SAFE, ONCE);

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("nothing", result(input -> null)),
                Arguments.of("no output", result(input -> new ToolResult(null, "did", null, 0, 0))),
                Arguments.of("a cost below nothing", result(input -> new ToolResult(input, "did", -5L, 0, 0))),
                Arguments.of(
                        "a cost beyond reason", result(input -> new ToolResult(input, "did", Long.MAX_VALUE, 0, 0))),
                Arguments.of("tokens below nothing", result(input -> new ToolResult(input, "did", null, -1, 0))),
                Arguments.of(
                        "tokens beyond reason",
                        result(input -> new ToolResult(input, "did", null, 0, Long.MAX_VALUE))));
    }

    private static Scripted.Behaviour result(Function<JsonNode, ToolResult> made) {
        return call -> made.apply(call.input());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void failsTheStepOfAToolThatIsHarmlessToRepeat(String what, Scripted.Behaviour behaviour) {
        SAFE.behaviour = behaviour;
        SAFE.keys.clear();
        for (Attempt attempt : new Attempt[] {TestAttempt.of(30), TestAttempt.express(30)}) {
            Execution run = plan("test.safe");

            assertThat(verdict(run, "test.safe", attempt)).isEqualTo(StepNotDone.Kind.FAILED);

            assertThat(BENCH.ofStep(run, 1, "status || ' ' || credits || ' ' || held"))
                    .isEqualTo("failed 0 0");
        }
        assertThat(SAFE.keys).hasSize(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void leavesThatOfAnotherToolInDoubt(String what, Scripted.Behaviour behaviour) {
        ONCE.behaviour = behaviour;
        ONCE.keys.clear();
        Execution run = plan("test.once");

        assertThat(verdict(run, "test.once", TestAttempt.of(30))).isEqualTo(StepNotDone.Kind.UNKNOWN);

        assertThat(ONCE.keys).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 500, 5_000})
    void isCutWhereItIsNestedTooDeeply(int levels) {
        JsonNode deep = nested(levels);
        SAFE.behaviour = call -> ToolResult.of(deep, "did");
        Execution run = plan("test.safe");

        BENCH.perform(Workbench.planned(run, 1, "test.safe"));

        assertThat(BENCH.ofStep(run, 1, "status || ' ' || (output ->> 'truncated')"))
                .isEqualTo("completed true");
        assertThat(BENCH.ofStep(run, 1, "output ->> 'text'")).startsWith("[[[[");
    }

    @Test
    void canBeReferredToWhereItIsAsDeepAsIsKept() {
        SAFE.behaviour = call -> ToolResult.of(nested(200), "did");
        String at = "[".repeat(90) + "{'$from': {'step': 1, 'pointer': ''}}" + "]".repeat(90);
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}},"
                + "{'tool': 'echo', 'description': 'd', 'params': {'value': " + at + "}}]");
        BENCH.perform(Workbench.planned(run, 1, "test.safe"));

        BENCH.perform(Workbench.planned(run, 2, "echo"));

        assertThat(BENCH.ofStep(run, 2, "status || ' ' || (output ->> 'truncated')"))
                .isEqualTo("completed true");
    }

    @Test
    void isNotReferredToSoOftenThatTheInputHasNoEnd() {
        SAFE.behaviour = call -> ToolResult.of(JsonNodeFactory.instance.stringNode("a".repeat(500_000)), "did");
        String references = String.join(",", Collections.nCopies(10_000, "{'$from': {'step': 1, 'pointer': ''}}"));
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}},"
                + "{'tool': 'echo', 'description': 'd', 'params': {'value': [" + references + "]}}]");
        BENCH.perform(Workbench.planned(run, 1, "test.safe"));

        StepNotDone verdict = Workbench.notDone(() -> BENCH.perform(Workbench.planned(run, 2, "echo")));

        assertThat(verdict.kind()).isEqualTo(StepNotDone.Kind.FAILED);
        assertThat(verdict.message()).contains("All that the input refers to is more than 7340032 characters");
    }

    private static JsonNode nested(int levels) {
        JsonNode node = JsonNodeFactory.instance.arrayNode();
        for (int level = 1; level < levels; level++) {
            node = JsonNodeFactory.instance.arrayNode().add(node);
        }
        return node;
    }

    private static Execution plan(String tool) {
        return BENCH.plan(
                "[{'tool': '" + tool + "', 'description': 'd', 'params': {}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");
    }

    private static StepNotDone.Kind verdict(Execution run, String tool, Attempt attempt) {
        return Workbench.notDone(() -> BENCH.runner.run(Workbench.planned(run, 1, tool), attempt))
                .kind();
    }
}
