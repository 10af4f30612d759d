package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Lane;
import dev.reins.contracts.StepStatus;
import dev.reins.store.RunTest;
import dev.reins.store.StoredJson;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.journal.Journal;
import dev.reins.store.journal.NewMessage;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.RunViews.ToolCallView;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the conversation says is written there alone, and read as the step's. */
class SaidOnceTest extends RunTest {
    private static final JsonNode REPLY = StoredJson.read("""
            {"text": "both", "toolCalls": [{"id": "a", "tool": "echo", "arguments": {"value": "first"}},
                                           {"id": "b", "tool": "echo", "arguments": {"value": "second"}}]}""");
    private static final JsonNode ANSWER = StoredJson.read("{\"zebra\": 1.50, \"a\": [\"x\", null], \"big\": 1e30}");

    private final Journal journal = new Journal(database.jdbc());
    private final RunViews views = new RunViews(database.jdbc());
    private TestRun run;

    @BeforeEach
    void anotherRun() {
        run = runs.run(runs.user("pro", 0), "agentic", "{}");
    }

    @Test
    void aModelsTurnIsItsMessage() {
        turn(1);

        assertThat(run.ofStep(1, "output")).isEqualTo("null");
        assertThat(journal.output(run.id, 1)).contains(REPLY);
        assertThat(recorded(run.step(1).modelTurn())).isEqualTo(REPLY);
    }

    @Test
    void whatAToolGaveIsReadFromItsAnswer() {
        turn(1);
        Ask call = call(2, "first");
        record(call, ANSWER, ANSWER.toString());

        assertThat(run.ofStep(2, "output")).isEqualTo("null");
        assertThat(journal.output(run.id, 2).orElseThrow()).isEqualTo(asRead(ANSWER));
        assertThat(recorded(call.anotherAttempt())).isEqualTo(asRead(ANSWER));
        assertThat(toolCall(2).output()).isEqualTo(asRead(ANSWER));
    }

    @Test
    void whatAModelAskedForIsReadFromItsTurn() {
        turn(1);
        record(call(2, "first"), ANSWER, ANSWER.toString());
        call(3, "second");
        turn(4);
        call(6, "second");

        assertThat(run.ofStep(2, "input")).isEqualTo("null");
        assertThat(List.of(toolCall(2), toolCall(3), toolCall(6)))
                .extracting(call -> call.input().path("value").asString())
                .containsExactly("first", "second", "second");
    }

    @Test
    void whatAModelIsToldABeginningOfIsKeptWhole() {
        record(call(1, "first"), ANSWER, "{\"zebra\": … (99 more characters)");

        assertThat(run.ofStep(1, "output ->> 'zebra'")).isEqualTo("1.50");
        assertThat(toolCall(1).output()).isEqualTo(asRead(ANSWER));
    }

    @Test
    void aResultThatHadToBeMendedIsReadAsItWasMended() {
        JsonNode output = StoredJson.read("{\"text\": \"a\\u0000b\"}");
        record(call(1, "first"), output, output.toString());

        assertThat(toolCall(1).output()).hasToString("{\"text\":\"a\uFFFDb\"}");
    }

    @Test
    void aResultWithControlCharactersInItsTextIsReadAsItWas() {
        JsonNode output = StoredJson.read("{\"text\": \"a\\n\\\"\\u0001\\\\u0000\"}");
        record(call(1, "first"), output, output.toString());

        assertThat(run.ofStep(1, "output")).isEqualTo("null");
        assertThat(toolCall(1).output()).isEqualTo(output);
    }

    @Test
    void aToolThatGaveNothingGaveNothing() {
        record(call(1, "first"), JsonNodeFactory.instance.nullNode(), "null");
        Ask planned = run.step(2).input(JsonNodeFactory.instance.objectNode());
        planned.admit();
        runs.admissions().record(outcome(planned, JsonNodeFactory.instance.nullNode(), null));

        assertThat(toolCall(1).output()).isEqualTo(toolCall(2).output());
        assertThat(toolCall(2).input()).hasToString("{}");
    }

    @Test
    void aFailureAfterAnAnswerHasNoOutput() {
        Ask call = call(1, "first");
        record(call, ANSWER, ANSWER.toString());
        database.jdbc()
                .sql("update steps set status = 'running', output = null where run_id = :run")
                .param("run", run.id.value())
                .update();
        runs.admissions()
                .record(new StepOutcome(
                        run.execution,
                        1,
                        call.token,
                        StepStatus.FAILED,
                        null,
                        "no",
                        null,
                        0,
                        0,
                        List.of(told("Error: no")),
                        Lane.ACTIVITY));

        assertThat(toolCall(1).status()).isEqualTo("failed");
        assertThat(toolCall(1).output()).isNull();
    }

    @Test
    void aResultThatCameLateIsKeptWhole() {
        Ask call = call(1, "first");
        call.token(UUID.randomUUID());

        assertThat(runs.admissions().record(outcome(call, ANSWER, ANSWER.toString())))
                .isInstanceOf(Recording.Superseded.class);
        assertThat(database.jdbc()
                        .sql("select output from late_results where run_id = :run")
                        .param("run", run.id.value())
                        .query(String.class)
                        .single())
                .isEqualTo(inDatabase(ANSWER));
    }

    @Test
    void rowsOfAnEarlierBuildAreReadAsTheyWereWritten() {
        turn(1);
        database.jdbc()
                .sql("""
                        insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest, call_digest,
                            input, output, output_digest, estimate, claims, started_at, finished_at)
                        values (:run, 2, 'tool', 'echo', 'default', :user, 1, 'completed', '', '',
                            '{"value": "as written"}', '{"value": "as given"}', '', 0, 1, clock_timestamp(), clock_timestamp())""")
                .param("run", run.id.value())
                .param("user", run.user)
                .update();
        journal.append(run.id, 2, List.of(told("{\"value\": \"as told\"}")));

        assertThat(toolCall(2).input()).hasToString("{\"value\":\"as written\"}");
        assertThat(toolCall(2).output()).hasToString("{\"value\":\"as given\"}");
        assertThat(journal.output(run.id, 2).orElseThrow()).hasToString("{\"value\":\"as given\"}");
    }

    private void turn(int step) {
        Ask turn = run.step(step).modelTurn();
        turn.admit();
        runs.admissions()
                .record(new StepOutcome(
                        run.execution,
                        step,
                        turn.token,
                        StepStatus.COMPLETED,
                        REPLY,
                        null,
                        null,
                        0,
                        0,
                        List.of(new NewMessage("assistant", REPLY)),
                        Lane.ACTIVITY));
    }

    private Ask call(int step, String value) {
        Ask call = run.step(step).tool("echo", value).asked();
        assertThat(call.admit()).isInstanceOf(Admission.Claimed.class);
        return call;
    }

    private void record(Ask call, JsonNode output, String told) {
        assertThat(runs.admissions().record(outcome(call, output, told))).isInstanceOf(Recording.Recorded.class);
    }

    private StepOutcome outcome(Ask call, JsonNode output, @Nullable String told) {
        return new StepOutcome(
                run.execution,
                call.number,
                call.token,
                StepStatus.COMPLETED,
                output,
                null,
                null,
                0,
                0,
                told == null ? List.of() : List.of(told(told)),
                Lane.ACTIVITY);
    }

    private static NewMessage told(String text) {
        return new NewMessage(
                "tool", JsonNodeFactory.instance.objectNode().put("text", text).put("toolCallId", "a"));
    }

    private ToolCallView toolCall(int step) {
        return views.toolCalls(run.id, 100, null).items().stream()
                .filter(call -> call.stepNumber() == step)
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable JsonNode recorded(Ask ask) {
        return ((Admission.AlreadyRecorded) ask.admit()).output();
    }

    private JsonNode asRead(JsonNode json) {
        return StoredJson.read(inDatabase(json));
    }

    private String inDatabase(JsonNode json) {
        return database.jdbc()
                .sql("select cast(:json as jsonb)::text")
                .param("json", json.toString())
                .query(String.class)
                .single();
    }
}
