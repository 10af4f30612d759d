package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Lane;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.Execution;
import dev.reins.store.RunTest;
import dev.reins.store.StoredJson;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.journal.Journal;
import dev.reins.store.journal.NewMessage;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Tag("later-schema")
class RecordTest extends RunTest {
    private final Journal journal = new Journal(database.jdbc());

    @ParameterizedTest
    @CsvSource({
        "COMPLETED,      , 100, 0",
        "COMPLETED,    30,  30, 0",
        "COMPLETED,   130, 100, 30",
        "COMPLETED,     0,   0, 0",
        "FAILED,         ,   0, 0",
        "FAILED,       20,  20, 0",
        "TIMED_OUT,      ,   0, 0",
        "TIMED_OUT,   150, 100, 50",
        "CANCELLED,      ,   0, 0"
    })
    void settlesAtMostTheReservationAndReleasesTheRest(StepStatus status, Long reported, long charged, long overrun) {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);
        ask.admit();

        Recording.Recorded recorded = (Recording.Recorded) run.record(1, ask.token, status, reported);

        assertThat(recorded.totals().creditsUsed()).isEqualTo(charged);
        assertThat(run.column("credits_reserved")).isEqualTo("0");
        assertThat(run.ofStep(1, "credits || ' ' || overrun || ' ' || status"))
                .isEqualTo(charged + " " + overrun + " " + status.wire());
    }

    @ParameterizedTest
    @CsvSource({"0, true", "100, false"})
    void onlyAStepThatHoldsCreditsWaitsForItsAccount(long estimate, boolean recorded) throws Exception {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(estimate);
        ask.admit();
        CompletableFuture<Recording> recording;
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from accounts for update");
            recording = CompletableFuture.supplyAsync(() -> run.record(1, ask.token, StepStatus.COMPLETED, null));
            Awaitility.await().until(() -> recording.isDone() || database.isSomeoneWaitingForALock());
            assertThat(recording.isDone()).isEqualTo(recorded);
            other.rollback();
        }
        assertThat(recording.get(10, TimeUnit.SECONDS)).isInstanceOf(Recording.Recorded.class);
    }

    @Test
    void aTimeoutIsADecisionOfItsGuard() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1);
        ask.admit();
        run.record(1, ask.token, StepStatus.TIMED_OUT, null);
        assertThat(run.decisions()).containsExactly("admitted", "timeout:failed");
        assertThat(run.events()).last().isEqualTo("step.failed");
    }

    @Test
    void anUnknownOutcomeKeepsItsReservationAndPausesTheRun() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);
        ask.admit();
        run.record(1, ask.token, StepStatus.UNKNOWN, null);
        assertThat(run.record(1, ask.token, StepStatus.UNKNOWN, null)).isInstanceOf(Recording.Recorded.class);
        assertThat(run.column("status || ' ' || pause_reason || ' ' || credits_reserved"))
                .isEqualTo("paused unknown_outcome 100");
    }

    @Test
    void messagesAndTokensAreWrittenWithTheOutcome() {
        TestRun run = runs.run(runs.user("pro", 0), "agentic", "{}");
        Ask ask = run.step(1).modelTurn();
        ask.admit();
        JsonNode content = StoredJson.read(
                "{\"text\": \"go\", \"toolCalls\": [{\"id\": \"c1\", \"tool\": \"echo\", \"arguments\": {\"value\": 1}}]}");
        StepOutcome outcome = outcome(run.execution, ask, content, List.of(new NewMessage("assistant", content)));

        runs.admissions().record(outcome);
        Recording.Recorded again = (Recording.Recorded) runs.admissions().record(outcome);

        assertThat(again.totals().inputTokens()).isEqualTo(11);
        assertThat(again.totals().outputTokens()).isEqualTo(22);
        assertThat(journal.toolCalls(run.id, 1))
                .containsExactly(new Journal.ToolCall("c1", "echo", StoredJson.read("{\"value\": 1}")));
        assertThat(journal.latestMessages(run.id, 10)).hasSize(1);
        assertThat(journal.output(run.id, 1)).contains(content);
    }

    @Test
    void messagesBesideTheRecordAreWrittenOnce() {
        TestRun run = runs.run(runs.user("pro", 0), "agentic", "{}");
        List<NewMessage> told = List.of(new NewMessage("tool", StoredJson.read("{\"text\": \"refused\"}")));
        journal.append(run.id, 3, told);
        journal.append(run.id, 3, told);
        journal.append(run.id, 4, told);
        assertThat(journal.latestMessages(run.id, 10))
                .extracting(Journal.Message::stepNumber)
                .containsExactly(3, 4);
        assertThat(journal.latestMessages(run.id, 1))
                .extracting(Journal.Message::stepNumber)
                .containsExactly(4);
    }

    @Test
    void aStepThatStartsOverSaysItsLatestWord() {
        TestRun run = runs.run(runs.user("pro", 0), "agentic", "{}");
        Ask ask = run.step(1);
        ask.admit();
        runs.admissions().record(answer(run.execution, ask, StepStatus.FAILED, "Error: no"));
        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);

        TestRun reset = run.in("reset", true);
        Ask again = reset.step(1);
        again.admit();
        runs.admissions().record(answer(reset.execution, again, StepStatus.COMPLETED, "yes"));
        journal.append(run.id, 1, List.of(tool("Error: late")));

        assertThat(journal.latestMessages(run.id, 10))
                .extracting(message -> message.content().path("text").asString())
                .containsExactly("yes");
    }

    @Test
    void eachMessageOfAStepIsAnEventThatNamesItAndSaysNothingOfIt() {
        TestRun run = runs.run(runs.user("pro", 0), "agentic", "{}");
        Ask ask = run.step(1);
        ask.admit();
        runs.admissions().record(answer(run.execution, ask, StepStatus.COMPLETED, "secret"));
        journal.append(run.id, 2, List.of(tool("refused")));
        journal.append(run.id, 2, List.of(tool("refused")));

        assertThat(run.events())
                .containsExactly("run.started", "step.started", "step.completed", "message.added", "message.added");
        assertThat(database.jdbc()
                        .sql("""
                                select e.step_number || ' ' || (e.data ->> 'role') || ' ' || count(m.id)
                                from events e left join messages m on m.id::text = e.data ->> 'messageId'
                                    and m.run_id = e.run_id and m.step_number = e.step_number
                                where e.run_id = :run and e.type = 'message.added' and e.data::text not like '%secret%'
                                group by e.seq, e.step_number, e.data order by e.seq""")
                        .param("run", run.id.value())
                        .query(String.class)
                        .list())
                .containsExactly("1 tool 1", "2 tool 1");
    }

    private static NewMessage tool(String text) {
        return new NewMessage("tool", JsonNodeFactory.instance.objectNode().put("text", text));
    }

    private static StepOutcome answer(Execution execution, Ask ask, StepStatus status, String text) {
        return new StepOutcome(
                execution, ask.number, ask.token, status, null, null, null, 0, 0, List.of(tool(text)), Lane.ACTIVITY);
    }

    @Test
    void aResultThatPostgresqlCannotHoldIsMendedAndRecorded() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1);
        ask.admit();
        JsonNode output = StoredJson.read("{\"a\\u0000\": \"b\\u0000\\ud800c\", \"n\": [1e999999]}");
        runs.admissions().record(outcome(run.execution, ask, output, List.of()));
        assertThat(journal.output(run.id, 1).orElseThrow())
                .hasToString("{\"n\":[\"1E+999999\"],\"a\uFFFD\":\"b\uFFFD\uFFFDc\"}");
    }

    private static StepOutcome outcome(Execution execution, Ask ask, JsonNode output, List<NewMessage> messages) {
        return new StepOutcome(
                execution,
                ask.number,
                ask.token,
                StepStatus.COMPLETED,
                output,
                null,
                null,
                11,
                22,
                messages,
                Lane.ACTIVITY);
    }
}
