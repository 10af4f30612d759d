package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Plans that go on after a run that ended amid steps which ran side by side. */
class ContinuedSideBySideTest {
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Scripted ONCE = new Scripted("test.once", false);

    private static final Workbench BENCH = new Workbench(SAFE, ONCE);

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    private static StepCompleted planned(Execution run, int step, int index, String tool) {
        return BENCH.perform(StepRequest.planned(run, step, tool, index));
    }

    private static StepNotDone notDone(Execution run, int step, int index, String tool) {
        return Workbench.notDone(() -> planned(run, step, index, tool));
    }

    /** Of steps 2 to 5, side by side, 3 failed and 5 was never made. */
    private static Execution endedAmidThem() {
        Execution first = BENCH.plan("""
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
        assertThat(BENCH.bookkeeping.admit(List.of(
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
        Execution second = BENCH.continued(endedAmidThem(), "{}");
        Begun begun = BENCH.begun(second);

        assertThat(begun.nextPlanIndex()).isEqualTo(3);
        assertThat(begun.nextStep()).isEqualTo(4);
        assertThat(BENCH.run(second).stepCount()).isEqualTo(5);
        SAFE.behaviour = call -> ToolResult.of(Workbench.JSON.createObjectNode().put("n", 2), "did");
        assertThat(BENCH.bookkeeping.admit(List.of(
                        StepRequest.planned(second, 4, "test.safe", 3),
                        StepRequest.planned(second, 5, "echo", 4),
                        StepRequest.planned(second, 6, "echo", 5))))
                .isEqualTo(3);
        planned(second, 4, 3, "test.safe");
        assertThat(planned(second, 5, 4, "echo").preview()).isEqualTo("recorded earlier");
        planned(second, 6, 5, "echo");
        planned(second, 7, 6, "echo");
        assertThat(BENCH.ofStep(second, 7, "output ->> 'value'")).isEqualTo("4");
        assertThat(BENCH.run(second).stepCount()).isEqualTo(7);
    }

    @Test
    void continuingARunThatDidNothingCountsNothing() {
        Execution second = BENCH.continued(endedAmidThem(), "{}");

        Execution third = BENCH.continued(second, "{}");

        assertThat(BENCH.begun(third).nextStep()).isEqualTo(4);
        assertThat(BENCH.run(third).stepCount()).isEqualTo(5);
    }

    @Test
    void anAdmissionThatLapsedBeforeTheEndDoesNotCount() {
        Execution first = BENCH.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 2}, 'parallel': true}]""", "{'ratePerMinute': {'default': 2}}");
        List<StepRequest> both =
                List.of(StepRequest.planned(first, 1, "echo", 1), StepRequest.planned(first, 2, "echo", 2));
        assertThat(BENCH.bookkeeping.admit(both)).isEqualTo(2);
        BENCH.database.jdbc().sql("""
                        update steps set started_at = started_at - interval '61 seconds'
                        where run_id = :run and step_number = 2""").param("run", first.runId().value()).update();
        assertThat(BENCH.bookkeeping.admit(both)).isEqualTo(1);
        planned(first, 1, 1, "echo");

        Execution second = BENCH.continued(first, "{}");

        assertThat(BENCH.run(first).stepCount()).isEqualTo(2);
        assertThat(BENCH.run(second).stepCount()).isEqualTo(1);
        assertThat(BENCH.begun(second).nextStep()).isEqualTo(2);
    }

    @Test
    void aDoubtBesideTheStepThatThePlanGoesOnWithIsStillOne() {
        Execution first = BENCH.plan("""
                [{'tool': 'test.safe', 'description': 'd', 'params': {}, 'parallel': true},
                 {'tool': 'test.once', 'description': 'd', 'params': {}, 'parallel': true}]""");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        ONCE.behaviour = call -> {
            throw new OutcomeUnknown("the line is dead");
        };
        ONCE.keys.clear();
        BENCH.bookkeeping.admit(
                List.of(StepRequest.planned(first, 1, "test.safe", 1), StepRequest.planned(first, 2, "test.once", 2)));
        notDone(first, 1, 1, "test.safe");
        assertThat(notDone(first, 2, 2, "test.once").kind()).isEqualTo(StepNotDone.Kind.UNKNOWN);

        Execution second = BENCH.continued(first, "{}");
        Begun begun = BENCH.begun(second);

        assertThat(begun.nextPlanIndex()).isEqualTo(1);
        assertThat(begun.nextStep()).isEqualTo(3);
        SAFE.behaviour = call -> ToolResult.of(Workbench.JSON.createObjectNode().put("n", 2), "did");
        assertThat(BENCH.bookkeeping.admit(List.of(
                        StepRequest.planned(second, 3, "test.safe", 1),
                        StepRequest.planned(second, 4, "test.once", 2))))
                .isEqualTo(1);
        planned(second, 3, 1, "test.safe");
        assertThat(notDone(second, 4, 2, "test.once").kind()).isEqualTo(StepNotDone.Kind.UNKNOWN);
        assertThat(ONCE.keys).hasSize(1);
    }

    @Test
    void aLimitThatCannotHoldWhatIsLeftOfThemLeavesNoRoom() {
        Execution first = BENCH.plan("""
                [{'tool': 'test.safe', 'description': 'd', 'params': {}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 2}, 'parallel': true},
                 {'tool': 'test.safe', 'description': 'd', 'params': {'again': true}, 'parallel': true},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 4}, 'parallel': true}]""");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        BENCH.bookkeeping.admit(IntStream.rangeClosed(1, 4)
                .mapToObj(step -> StepRequest.planned(first, step, step % 2 == 0 ? "echo" : "test.safe", step))
                .toList());
        notDone(first, 1, 1, "test.safe");
        planned(first, 2, 2, "echo");
        notDone(first, 3, 3, "test.safe");
        planned(first, 4, 4, "echo");

        assertThatThrownBy(() -> BENCH.continued(first, "{'limits': {'maxSteps': 5}}"))
                .isInstanceOfSatisfying(RequestRejected.class, rejected -> {
                    assertThat(rejected.code()).isEqualTo(ErrorCode.NO_ROOM);
                    assertThat(rejected.details().toString()).contains("steps=1");
                });
    }

    @Test
    void aCallThatWasAdmittedAndNeverMadeIsAnsweredAsNotMade() {
        BENCH.script("test", """
                turns:
                  - text: I ask three times.
                    calls:
                      - {tool: echo, arguments: {value: first}}
                      - {tool: echo, arguments: {value: second}}
                      - {tool: echo, arguments: {value: third}}
                  - text: "{{results.0}}, {{results.1.value}}, {{last}}"
                """);
        Execution first = BENCH.agent("scripted", "test", "Be good.", "echo");
        BENCH.perform(StepRequest.modelTurn(first, 1));
        BENCH.bookkeeping.admit(IntStream.range(0, 3)
                .mapToObj(call -> StepRequest.toolCall(first, 2 + call, "echo", 1, call))
                .toList());
        BENCH.perform(StepRequest.toolCall(first, 3, "echo", 1, 1));

        Execution second = BENCH.continued(first, "{'prompt': 'Go on.'}");
        Begun begun = BENCH.begun(second);
        BENCH.perform(StepRequest.modelTurn(second, begun.nextStep()));

        String notMade = "Error: The run ended before this call was made";
        assertThat(begun.nextStep()).isEqualTo(3);
        assertThat(BENCH.messages(second)).endsWith("user: Go on.", "assistant: " + notMade + ", second, " + notMade);
    }
}
