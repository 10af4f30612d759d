package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepRequest;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that go on after a run that ended amid steps which ran side by side. */
class ContinuedSideBySideTest {
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Scripted ONCE = new Scripted("test.once", false);

    @TempDir
    static Path scripts;

    private static Workbench bench;

    @BeforeAll
    static void open() {
        bench = new Workbench(scripts, SAFE, ONCE);
    }

    @AfterAll
    static void close() throws Exception {
        bench.close();
    }

    private static StepCompleted planned(Execution run, int step, int index, String tool) {
        return bench.runner.run(StepRequest.planned(run, step, tool, index), TestAttempt.of(30));
    }

    private static StepNotDone notDone(Execution run, int step, int index, String tool) {
        return catchThrowableOfType(ApplicationFailure.class, () -> planned(run, step, index, tool))
                .getDetails()
                .get(StepNotDone.class);
    }

    /** Of steps 2 to 5, side by side, 3 failed and 5 was never made. */
    private static Execution endedAmidThem() {
        Execution first = bench.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 2}, 'parallel': true},
                 {'tool': 'test.safe', 'description': 'd', 'params': {}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 4}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 5}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 4, 'pointer': '/value'}}}}]""");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        planned(first, 1, 1, "echo");
        assertThat(bench.bookkeeping.admit(List.of(
                        StepRequest.planned(first, 2, "echo", 2),
                        StepRequest.planned(first, 3, "test.safe", 3),
                        StepRequest.planned(first, 4, "echo", 4),
                        StepRequest.planned(first, 5, "echo", 5))))
                .isEqualTo(4);
        notDone(first, 3, 3, "test.safe");
        planned(first, 4, 4, "echo");
        planned(first, 2, 2, "echo");
        return first;
    }

    @Test
    void whatWasCompletedSideBySideIsNeitherRepeatedNorLeftOutAndWhatWasNeverMadeDoesNotCount() {
        Execution second = bench.continued(endedAmidThem(), "{}");
        Begun begun = bench.begun(second);

        assertThat(begun.nextPlanIndex()).isEqualTo(3);
        assertThat(begun.nextStep()).isEqualTo(4);
        assertThat(bench.run(second).stepCount()).isEqualTo(5);
        SAFE.behaviour = call -> ToolResult.of(Workbench.JSON.createObjectNode().put("n", 2), "did");
        assertThat(bench.bookkeeping.admit(List.of(
                        StepRequest.planned(second, 4, "test.safe", 3),
                        StepRequest.planned(second, 5, "echo", 4),
                        StepRequest.planned(second, 6, "echo", 5))))
                .isEqualTo(3);
        planned(second, 4, 3, "test.safe");
        assertThat(planned(second, 5, 4, "echo").preview()).isEqualTo("recorded earlier");
        planned(second, 6, 5, "echo");
        planned(second, 7, 6, "echo");
        assertThat(bench.ofStep(second, 7, "output ->> 'value'")).isEqualTo("4");
        assertThat(bench.run(second).stepCount()).isEqualTo(7);
    }

    @Test
    void continuingARunThatDidNothingCountsNothing() {
        Execution second = bench.continued(endedAmidThem(), "{}");

        Execution third = bench.continued(second, "{}");

        assertThat(bench.begun(third).nextStep()).isEqualTo(4);
        assertThat(bench.run(third).stepCount()).isEqualTo(5);
    }

    @Test
    void anAdmissionThatLapsedBeforeTheEndDoesNotCount() {
        Execution first = bench.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 2}, 'parallel': true}]""", "{'ratePerMinute': {'default': 2}}");
        List<StepRequest> both =
                List.of(StepRequest.planned(first, 1, "echo", 1), StepRequest.planned(first, 2, "echo", 2));
        assertThat(bench.bookkeeping.admit(both)).isEqualTo(2);
        bench.database.jdbc().sql("""
                        update steps set started_at = started_at - interval '61 seconds'
                        where run_id = :run and step_number = 2""").param("run", first.runId().value()).update();
        assertThat(bench.bookkeeping.admit(both)).isEqualTo(1);
        planned(first, 1, 1, "echo");

        Execution second = bench.continued(first, "{}");

        assertThat(bench.run(first).stepCount()).isEqualTo(2);
        assertThat(bench.run(second).stepCount()).isEqualTo(1);
        assertThat(bench.begun(second).nextStep()).isEqualTo(2);
    }

    @Test
    void aDoubtBesideTheStepThatThePlanGoesOnWithIsStillOne() {
        Execution first = bench.plan("""
                [{'tool': 'test.safe', 'description': 'd', 'params': {}, 'parallel': true},
                 {'tool': 'test.once', 'description': 'd', 'params': {}, 'parallel': true}]""");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        ONCE.behaviour = call -> {
            throw new OutcomeUnknown("the line is dead");
        };
        ONCE.keys.clear();
        bench.bookkeeping.admit(
                List.of(StepRequest.planned(first, 1, "test.safe", 1), StepRequest.planned(first, 2, "test.once", 2)));
        notDone(first, 1, 1, "test.safe");
        assertThat(notDone(first, 2, 2, "test.once").kind()).isEqualTo(StepNotDone.Kind.UNKNOWN);

        Execution second = bench.continued(first, "{}");
        Begun begun = bench.begun(second);

        assertThat(begun.nextPlanIndex()).isEqualTo(1);
        assertThat(begun.nextStep()).isEqualTo(3);
        SAFE.behaviour = call -> ToolResult.of(Workbench.JSON.createObjectNode().put("n", 2), "did");
        assertThat(bench.bookkeeping.admit(List.of(
                        StepRequest.planned(second, 3, "test.safe", 1),
                        StepRequest.planned(second, 4, "test.once", 2))))
                .isEqualTo(1);
        planned(second, 3, 1, "test.safe");
        assertThat(notDone(second, 4, 2, "test.once").kind()).isEqualTo(StepNotDone.Kind.UNKNOWN);
        assertThat(ONCE.keys).hasSize(1);
    }

    @Test
    void aLimitThatCannotHoldWhatIsLeftOfThemLeavesNoRoom() {
        Execution first = bench.plan("""
                [{'tool': 'test.safe', 'description': 'd', 'params': {}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 2}, 'parallel': true},
                 {'tool': 'test.safe', 'description': 'd', 'params': {'again': true}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 4}, 'parallel': true}]""");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        bench.bookkeeping.admit(IntStream.rangeClosed(1, 4)
                .mapToObj(step -> StepRequest.planned(first, step, step % 2 == 0 ? "echo" : "test.safe", step))
                .toList());
        notDone(first, 1, 1, "test.safe");
        planned(first, 2, 2, "echo");
        notDone(first, 3, 3, "test.safe");
        planned(first, 4, 4, "echo");

        assertThatThrownBy(() -> bench.continued(first, "{'limits': {'maxSteps': 5}}"))
                .isInstanceOfSatisfying(RequestRejected.class, rejected -> {
                    assertThat(rejected.code()).isEqualTo(ErrorCode.NO_ROOM);
                    assertThat(rejected.details().toString()).contains("steps=1");
                });
    }

    @Test
    void aCallThatWasAdmittedAndNeverMadeIsAnsweredAsNotMade() throws IOException {
        Files.writeString(scripts.resolve("test.yaml"), """
                turns:
                  - text: I ask three times.
                    calls:
                      - {tool: echo, arguments: {value: first}}
                      - {tool: echo, arguments: {value: second}}
                      - {tool: echo, arguments: {value: third}}
                  - text: "{{results.0}}, {{results.1.value}}, {{last}}"
                """);
        Execution first = bench.agent("scripted", "test", "Be good.", "echo");
        bench.runner.run(StepRequest.modelTurn(first, 1), TestAttempt.of(30));
        bench.bookkeeping.admit(IntStream.range(0, 3)
                .mapToObj(call -> StepRequest.toolCall(first, 2 + call, "echo", 1, call))
                .toList());
        bench.runner.run(StepRequest.toolCall(first, 3, "echo", 1, 1), TestAttempt.of(30));

        Execution second = bench.continued(first, "{'prompt': 'Go on.'}");
        Begun begun = bench.begun(second);
        bench.runner.run(StepRequest.modelTurn(second, begun.nextStep()), TestAttempt.of(30));

        String notMade = "Error: The run ended before this call was made";
        assertThat(begun.nextStep()).isEqualTo(3);
        assertThat(bench.messages(second)).endsWith("user: Go on.", "assistant: " + notMade + ", second, " + notMade);
    }
}
