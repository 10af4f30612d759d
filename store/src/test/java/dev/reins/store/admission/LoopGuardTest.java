package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Lane;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.StoredJson;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class LoopGuardTest extends RunTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void warnsAtTheEndOfTheThirdRepetitionAndStopsBeforeTheLastCallOfTheFifth(int cycle) {
        TestRun run = runs.run("{\"ratePerMinute\": {}}");
        int last = 5 * cycle;
        for (int step = 1; step < last; step++) {
            run.perform(call(run, step, cycle));
            boolean warned = run.events().contains("loop.warning");
            assertThat(warned).as("warned at step %s", step).isEqualTo(step >= 3 * cycle);
        }

        StepNotDone verdict = notAdmitted(call(run, last, cycle).admit());

        assertThat(verdict.kind()).isEqualTo(Kind.RUN_ENDS);
        assertThat(verdict.stopReason()).isEqualTo(StopReason.DOOM_LOOP);
        assertThat(run.decisions().stream().filter(d -> d.startsWith("loop")))
                .containsExactly("loop:warned", "loop:failed");
        assertThat(run.events()).containsOnlyOnce("loop.warning");
        assertThat(run.column("step_count")).isEqualTo(String.valueOf(last - 1));
        assertThat(run.ofStep(last, "status")).isNull();
    }

    @Test
    void tellsTheModelOnceAndNamesTheRepetitions() {
        TestRun run = runs.run(runs.user("pro", 0), "agentic", "{}");
        for (int step = 1; step <= 8; step += 2) {
            run.perform(run.step(step).modelTurn());
            run.perform(run.step(step + 1).tool("http.request", "same"));
        }

        assertThat(database.jdbc()
                        .sql("select content ->> 'text' from messages where run_id = :id and role = 'system'")
                        .param("id", run.id.value())
                        .query(String.class)
                        .list())
                .containsExactly(
                        "Loop warning: http.request with the same arguments, 3 times in a row. The run is stopped before the 5th");
        assertThat(notAdmitted(run.step(10).tool("http.request", "same").admit())
                        .message())
                .isEqualTo("Loop detected: http.request with the same arguments, 5 times in a row");
    }

    @Test
    void answersHowOftenACallHasBeenRepeated() {
        TestRun run = runs.run("{}");
        for (String argument : List.of("a", "b", "a")) {
            run.perform(run.step(steps(run) + 1).tool("echo", argument));
        }
        assertThat(run.step(4).tool("echo", "b").admit()).isEqualTo(new Admission.Claimed(1, 0, 2, 2));
        assertThat(run.step(5).modelTurn().admit()).isEqualTo(new Admission.Claimed(1, 0, 0, 0));
    }

    @Test
    void anotherCallBetweenBreaksTheRow() {
        TestRun run = runs.run("{}");
        for (String argument : List.of("a", "a", "x", "a", "a", "y", "a", "a", "z")) {
            run.perform(run.step(steps(run) + 1).tool("echo", argument));
        }
        assertThat(run.decisions()).doesNotContain("loop:warned");
    }

    @Test
    void argumentsAreTheSameHoweverTheyAreWritten() {
        TestRun run = runs.run("{}");
        for (int step = 1; step <= 4; step++) {
            run.perform(run.step(step)
                    .input(StoredJson.read(step % 2 == 0 ? "{\"a\": 1, \"b\": [2.0]}" : "{\"b\":[2],\"a\":1.0}")));
        }
        assertThat(notAdmitted(run.step(5)
                                .input(StoredJson.read("{\"a\":1,\"b\":[2]}"))
                                .admit())
                        .stopReason())
                .isEqualTo(StopReason.DOOM_LOOP);
    }

    @Test
    void aRepeatableToolMayPollAsLongAsItsResultChanges() {
        TestRun run = runs.run("{\"ratePerMinute\": {}}");
        for (int step = 1; step <= 12; step++) {
            poll(run, step, "result " + step);
        }
        assertThat(run.decisions()).doesNotContain("loop:warned");

        poll(run, 13, "stuck");
        poll(run, 14, "stuck");
        poll(run, 15, "stuck");
        poll(run, 16, "stuck");
        assertThat(run.decisions()).contains("loop:warned");
        assertThat(notAdmitted(run.step(17).tool("poll", "job").repeatable().admit())
                        .stopReason())
                .isEqualTo(StopReason.DOOM_LOOP);
    }

    @Test
    void callsThatFailAreCallsToo() {
        TestRun run = runs.run("{}");
        for (int step = 1; step <= 4; step++) {
            Ask ask = run.step(step).tool("echo", "same");
            assertClaimed(ask.admit());
            run.record(step, ask.token, StepStatus.FAILED, null);
        }
        assertThat(notAdmitted(run.step(5).tool("echo", "same").admit()).stopReason())
                .isEqualTo(StopReason.DOOM_LOOP);
    }

    private static Ask call(TestRun run, int step, int cycle) {
        return run.step(step).tool("echo", "call " + step % cycle);
    }

    private static int steps(TestRun run) {
        return Integer.parseInt(run.column("step_count"));
    }

    private void poll(TestRun run, int step, String result) {
        Ask ask = run.step(step).tool("poll", "job").repeatable();
        assertClaimed(ask.admit());
        runs.admissions()
                .record(new StepOutcome(
                        run.execution,
                        step,
                        ask.token,
                        StepStatus.COMPLETED,
                        JsonNodeFactory.instance.objectNode().put("result", result),
                        null,
                        null,
                        0,
                        0,
                        List.of(),
                        Lane.ACTIVITY));
    }
}
