package dev.reins.activities.step;

import static dev.reins.activities.step.Workbench.notDone;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.reins.activities.model.ModelCall;
import dev.reins.activities.model.ModelProvider;
import dev.reins.activities.model.ModelReply;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.contracts.Category;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.journal.Journal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgenticStepsTest {
    private static final Scripted MYSTERY = new Scripted("test.mystery", false);
    private static final Workbench BENCH = new Workbench(MYSTERY);

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    private static Execution agent(String script, String... tools) {
        BENCH.script("test", script);
        return BENCH.agent("scripted", "test", "Be good.", tools);
    }

    private static StepCompleted turn(Execution run, int step) {
        return BENCH.perform(StepRequest.modelTurn(run, step));
    }

    private static StepCompleted call(Execution run, int step, StepCompleted turn, int turnStep, int index) {
        String tool = turn.calls().get(index).tool();
        return BENCH.perform(StepRequest.toolCall(run, step, tool, turnStep, index));
    }

    @Test
    void passesAModelsCallsToTheWorkflowAndTheirResultsToTheModel() {
        Execution run = agent("""
                turns:
                  - text: I ask.
                    calls: [{tool: echo, arguments: {value: {n: 7}}}]
                  - text: "It said {{last.value.n}}."
                """, "echo");

        StepCompleted first = turn(run, 1);
        StepCompleted called = call(run, 2, first, 1, 0);
        StepCompleted second = turn(run, 3);

        assertThat(first.calls())
                .containsExactly(new CallOutline("echo", Category.DEFAULT, 30_000, true, false, false, null));
        assertThat(first.done()).isFalse();
        assertThat(called.loopRepetitions()).isEqualTo(1);
        assertThat(second.done()).isTrue();
        assertThat(second.outputTokens()).isPositive();
        assertThat(second.creditsUsed()).isPositive();
        assertThat(BENCH.messages(run))
                .containsExactly(
                        "system: Be good.",
                        "user: Do it.",
                        "assistant: I ask.",
                        "tool: {\"value\":{\"n\":7}}",
                        "assistant: It said 7.");
    }

    @Test
    void countsTheTurnsBeforeAStepFromWhereverTheyWereCountedLast() {
        Execution run = agent("""
                turns:
                  - {text: One., calls: [{tool: echo, arguments: {value: 1}}, {tool: echo, arguments: {value: 2}}]}
                  - {text: Two., calls: [{tool: echo, arguments: {value: 3}}]}
                  - text: Three.
                """, "echo");
        StepCompleted one = turn(run, 1);
        call(run, 2, one, 1, 0);
        call(run, 3, one, 1, 1);
        StepCompleted two = turn(run, 4);
        call(run, 5, two, 4, 0);
        turn(run, 6);
        Journal journal = new Journal(BENCH.database.jdbc());

        RunContents runs = new RunContents(journal);

        for (int step : List.of(1, 2, 4, 4, 5, 6, 7, 3, 7, 1, 6)) {
            assertThat(runs.modelTurns(run.runId(), step))
                    .as("before step %s", step)
                    .isEqualTo(journal.modelTurns(run.runId(), step));
        }
        assertThat(runs.modelTurns(run.runId(), 7)).isEqualTo(3);
    }

    @Test
    void showsTheModelResultsInCallOrderHoweverTheyCame() {
        Execution run = agent("""
                turns:
                  - text: I ask three times.
                    calls:
                      - {tool: echo, arguments: {value: first}}
                      - {tool: nothing, arguments: {}}
                      - {tool: echo, arguments: {value: third}}
                  - text: "{{results.0.value}}, {{results.1}}, {{last.value}}"
                """, "echo");
        StepCompleted turn = turn(run, 1);

        assertThat(BENCH.bookkeeping.admit(List.of(
                        StepRequest.toolCall(run, 2, "echo", 1, 0),
                        StepRequest.toolCall(run, 3, "nothing", 1, 1),
                        StepRequest.toolCall(run, 4, "echo", 1, 2))))
                .isEqualTo(3);
        call(run, 4, turn, 1, 2);
        notDone(() -> call(run, 3, turn, 1, 1));
        call(run, 2, turn, 1, 0);
        turn(run, 5);

        assertThat(BENCH.ofStep(run, 4, "input")).isEqualTo("null");
        assertThat(BENCH.views.toolCalls(run.runId(), 10, null).items())
                .extracting(shown -> shown.input().toString())
                .containsExactly("{\"value\":\"first\"}", "{}", "{\"value\":\"third\"}");
        assertThat(BENCH.messages(run))
                .endsWith(
                        "tool: {\"value\":\"third\"}",
                        "tool: Error: There is no tool 'nothing' for this run",
                        "tool: {\"value\":\"first\"}",
                        "assistant: first, Error: There is no tool 'nothing' for this run, third");
    }

    /** A model that notes what it is shown. */
    private static final class Listener implements ModelProvider {
        private final List<String> shown = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public ModelReply complete(ModelCall call) {
            call.messages().forEach(message -> shown.add(message.text()));
            return new ModelReply("I see.", List.of(), 1, 1);
        }
    }

    @Test
    void showsTheModelThePromptAndTheLatestOfALongConversationAHundredMessagesInAll() throws Exception {
        Execution run = agent("turns: []");
        BENCH.database.jdbc().sql("""
                        insert into messages (run_id, role, content)
                        select :run, 'user', jsonb_build_object('text', 'message ' || number)
                        from generate_series(3, 150) as number""").param("run", run.runId().value()).update();
        assertThat(BENCH.messages(run)).hasSize(150);
        Listener model = new Listener();

        try (StepRunner worker = BENCH.worker(model)) {
            worker.run(StepRequest.modelTurn(run, 1), TestAttempt.of(30));
        }

        assertThat(model.shown)
                .hasSize(100)
                .startsWith("Do it.", "message 52", "message 53")
                .endsWith("message 149", "message 150");
    }

    @Test
    void givesARecordedTurnWithItsCallsAgain() {
        Execution run = agent("turns: [{text: Hm., calls: [{tool: echo, arguments: {value: 1}}]}]", "echo");

        StepCompleted first = turn(run, 1);
        StepCompleted again = turn(run, 1);

        assertThat(again.calls()).isEqualTo(first.calls());
        assertThat(again.done()).isFalse();
        assertThat(BENCH.messages(run)).containsExactly("system: Be good.", "user: Do it.", "assistant: Hm.");
    }

    @Test
    void tellsTheModelOfArgumentsThatItsToolRefuses() {
        Execution run = agent("turns: [{text: Hm., calls: [{tool: delay, arguments: {ms: soon}}]}]", "delay");
        StepCompleted turn = turn(run, 1);

        StepNotDone verdict = notDone(() -> call(run, 2, turn, 1, 0));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(BENCH.ofStep(run, 2, "status")).isEqualTo("failed");
        assertThat(BENCH.messages(run).getLast()).startsWith("tool: Error: The input of delay is not valid: /ms");
    }

    @Test
    void tellsTheModelOfToolsThatItDoesNotHave() {
        Execution run = agent("""
                turns:
                  - calls: [{tool: echo, arguments: {value: 1}}, {tool: "Rm -RF/;", arguments: {}}]
                """, "delay");
        StepCompleted turn = turn(run, 1);

        assertThat(turn.calls().get(1).tool()).isEqualTo("_m______");
        assertThat(notDone(() -> call(run, 2, turn, 1, 0)).message()).isEqualTo("There is no tool 'echo' for this run");
        assertThat(notDone(() -> call(run, 3, turn, 1, 1)).kind()).isEqualTo(Kind.FAILED);
        assertThat(BENCH.messages(run).getLast()).contains("There is no tool");
    }

    @Test
    void tellsTheModelOnceWhatAPersonSaidOfACall() {
        Execution run = agent("turns: [{text: Hm., calls: [{tool: test.mystery, arguments: {}}]}]", "test.mystery");
        MYSTERY.behaviour = call -> {
            throw new OutcomeUnknown("The line went dead");
        };
        StepCompleted turn = turn(run, 1);

        assertThat(notDone(() -> call(run, 2, turn, 1, 0)).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(BENCH.messages(run)).endsWith("assistant: Hm.");
        BENCH.happened(run, 2, "{\"sent\": true}");
        call(run, 2, turn, 1, 0);
        call(run, 2, turn, 1, 0);

        assertThat(BENCH.messages(run)).endsWith("assistant: Hm.", "tool: {\"sent\":true}");
    }

    @Test
    void endsTheRunWhereTheModelFails() {
        Execution run = agent("turns: [{fail: {message: The model is down, retryable: false}}]");

        StepNotDone verdict = notDone(() -> turn(run, 1));
        StepNotDone again = notDone(() -> turn(run, 1));

        assertThat(verdict.kind()).isEqualTo(Kind.RUN_ENDS);
        assertThat(verdict.stopReason()).isEqualTo(StopReason.MODEL_FAILED);
        assertThat(verdict.message()).isEqualTo("The model is down");
        assertThat(again.kind()).isEqualTo(Kind.RUN_ENDS);
        assertThat(again.stopReason()).isEqualTo(StopReason.MODEL_FAILED);
    }

    @Test
    void saysThatThereIsNoSuchProviderOrScript() {
        Execution stranger = BENCH.agent("acme", "x", "");
        Execution unscripted = BENCH.agent("scripted", "../../etc/passwd", "");

        assertThat(notDone(() -> turn(stranger, 1)).message())
                .isEqualTo("There is no model provider 'acme' here; there is scripted");
        assertThat(notDone(() -> turn(unscripted, 1)).message()).startsWith("There is no script");
    }

    @Test
    void estimatesATurnAtWhatItReadsAndTheLongestReply() {
        Execution run = agent("turns: [{text: Yes.}]");

        turn(run, 1);

        assertThat(Integer.parseInt(BENCH.ofStep(run, 1, "estimate"))).isBetween(6, 10);
        assertThat(BENCH.ofStep(run, 1, "credits")).isEqualTo("1");
    }

    /** Three issues, of which two are to be tidied. */
    private static final class Tracker implements AutoCloseable {
        final List<String> requests = new CopyOnWriteArrayList<>();
        private final List<String> closed = new CopyOnWriteArrayList<>();
        private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);

        Tracker() throws IOException {
            server.createContext("/", exchange -> {
                String path = exchange.getRequestURI().toString();
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                requests.add(exchange.getRequestMethod() + " " + path + (body.isEmpty() ? "" : " " + body));
                if (exchange.getRequestMethod().equals("PATCH")) {
                    closed.add(path.substring(path.lastIndexOf('/') + 1));
                }
                byte[] answer = open().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
        }

        private String open() {
            List<String> issues = new ArrayList<>(List.of(
                    "{\"number\": 1, \"title\": \"a\", \"labels\": [\"stale\"]}",
                    "{\"number\": 2, \"title\": \"b\", \"labels\": [\"bug\"]}",
                    "{\"number\": 3, \"title\": \"c\", \"labels\": [\"bug\", \"duplicate\"]}"));
            issues.removeIf(issue -> closed.stream().anyMatch(number -> issue.contains("\"number\": " + number)));
            return issues.toString();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Plays the whole run as the workflow would. */
    private static int play(Execution run) {
        int step = 1;
        while (true) {
            int turnStep = step++;
            StepCompleted turn = turn(run, turnStep);
            for (int call = 0; call < turn.calls().size(); call++) {
                call(run, step++, turn, turnStep, call);
            }
            if (turn.done()) {
                return step - 1;
            }
        }
    }

    @Test
    void theJanitorTidiesTheTracker() throws Exception {
        try (Tracker tracker = new Tracker()) {
            Execution run = BENCH.agent("scripted", "janitor", "You tidy.\nTracker: " + tracker.url(), "http.request");

            int steps = play(run);

            assertThat(steps).isEqualTo(4 + 5);
            assertThat(tracker.requests)
                    .containsExactly(
                            "GET /issues?state=open",
                            "PATCH /issues/1 {\"state\":\"closed\",\"labels\":[\"stale\",\"tidied\"]}",
                            "PATCH /issues/3 {\"state\":\"closed\",\"labels\":[\"duplicate\",\"tidied\"]}",
                            "POST /issues/3/comments {\"body\":\"Closed as a duplicate by the janitor.\"}",
                            "GET /issues?state=open");
            assertThat(BENCH.messages(run).getLast()).startsWith("assistant: Done: of 3 open issues 1 are left");
        }
    }

    @Test
    void theLooperIsStoppedBeforeItsFifthCall() throws Exception {
        try (Tracker tracker = new Tracker()) {
            Execution run = BENCH.agent("scripted", "looper", "Tracker: " + tracker.url(), "http.request");

            StepNotDone verdict = notDone(() -> play(run));

            assertThat(verdict.kind()).isEqualTo(Kind.RUN_ENDS);
            assertThat(verdict.stopReason()).isEqualTo(StopReason.DOOM_LOOP);
            assertThat(tracker.requests).hasSize(4);
        }
    }
}
