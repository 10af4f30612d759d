package dev.reins.store.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.RunId;
import dev.reins.store.StoredJson;
import dev.reins.store.run.RunViews.EventView;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("later-schema")
class StartRunsTest {
    private static final Starting STARTING = new Starting();
    private static final String STEP = "{\"tool\": \"echo\", \"description\": \"say\", \"params\": {\"value\": \"x\"}}";

    @AfterAll
    static void close() {
        STARTING.close();
    }

    @Test
    void startsAnAgenticRunWithItsSnapshotAndFirstMessages() {
        RunView run = STARTING.ada("{\"agentId\": \"a1\", \"prompt\": \"Go on.\", \"limits\": {\"maxCredits\": 400}}");

        assertThat(run.status()).isEqualTo("queued");
        assertThat(run.agentId()).isEqualTo("a1");
        assertThat(run.definitionVersion()).isEqualTo(3);
        assertThat(run.userId()).isEqualTo("ada");
        assertThat(run.maxSteps()).isEqualTo(500);
        assertThat(run.maxCredits()).isEqualTo(400);
        assertThat(run.startedVia()).isEqualTo("rest");
        assertThat(run.workflowId()).isEqualTo(run.id());
        assertThat(column(run, "limits ->> 'timeoutSeconds'")).isEqualTo("60");
        assertThat(column(run, "limits -> 'ratePerMinute' ->> 'http'")).isEqualTo("60");
        assertThat(column(run, "limit_sources ->> 'maxSteps'")).isEqualTo("tier");
        assertThat(column(run, "limit_sources ->> 'maxCredits'")).isEqualTo("run");
        assertThat(column(run, "limit_sources ->> 'onLimit'")).isEqualTo("definition");
        assertThat(column(run, "definition ->> 'instructions'")).isEqualTo("Tidy up.");
        assertThat(STARTING.views.messages(new RunId(run.id()), 10, null).items())
                .extracting(message ->
                        message.role() + ": " + message.content().path("text").stringValue())
                .containsExactly("system: Tidy up.", "user: Go on.");
        assertThat(STARTING.views.events(new RunId(run.id()), 10, null).items())
                .extracting(EventView::seq, EventView::type)
                .containsExactly(org.assertj.core.api.Assertions.tuple(1L, "run.queued"));
    }

    @Test
    void startsAPlannedRunWithItsSteps() {
        RunView run = STARTING.ada("""
                {"plan": [
                  {"tool": "echo", "description": "one", "params": {"value": "x"}, "estimatedCredits": 7},
                  {"tool": "http.request", "description": "two", "params": {"url": {"$from": {"step": 1, "pointer": "/value"}}},
                   "onError": "pause", "parallel": true}]}""");

        assertThat(column(run, "kind || plan_length")).isEqualTo("planned2");
        assertThat(run.agentId()).isNull();
        assertThat(STARTING.database
                        .jdbc()
                        .sql("""
                                select concat_ws(' ', plan_index, tool, description, params, estimated_credits, on_error, parallel)
                                from plan_steps where run_id = :run order by plan_index
                                """)
                        .param("run", run.id())
                        .query(String.class)
                        .list())
                .containsExactly(
                        "1 echo one {\"value\": \"x\"} 7 fail f",
                        "2 http.request two {\"url\": {\"$from\": {\"step\": 1, \"pointer\": \"/value\"}}} pause t");
    }

    @Test
    void takesThousandsOfSteps() {
        String plan = String.join(",", Collections.nCopies(5_000, STEP));
        RunView run = STARTING.ada("{\"plan\": [" + plan + "]}");
        assertThat(column(run, "(select count(*) from plan_steps where run_id = runs.id)"))
                .isEqualTo("5000");
    }

    @Test
    void givesTheSameRunForTheSameIdAndWritesNothing() {
        StartRun start = STARTING.start("{\"agentId\": \"a1\", \"prompt\": \"Go\"}", "p1", "ada", false);
        RunView run = STARTING.runs.start(start);
        long events = STARTING.count("events");

        RunView again = STARTING.runs.start(
                new StartRun(start.runId(), StoredJson.read("{\"nonsense\": 1}"), "p1", "ada", false, start.via()));

        assertThat(again).isEqualTo(run);
        assertThat(STARTING.count("events")).isEqualTo(events);
    }

    @Test
    void joinsTheCallersTransaction() {
        long before = STARTING.count("runs");
        STARTING.transaction.executeWithoutResult(status -> {
            STARTING.ada("{\"plan\": [" + STEP + "]}");
            status.setRollbackOnly();
        });
        assertThat(STARTING.count("runs")).isEqualTo(before);
    }

    @Test
    void letsAdminsAndTemporalNameTheUser() {
        String plan = "\"plan\": [" + STEP + "]";
        assertThat(STARTING.admin("{\"userId\": \"root\", " + plan + "}"))
                .extracting(RunView::userId, RunView::maxSteps)
                .containsExactly("root", null);
        assertThat(STARTING.temporal("{\"projectId\": \"p2\", \"userId\": \"bob\", " + plan + "}"))
                .extracting(RunView::projectId, RunView::userId, RunView::startedVia)
                .containsExactly("p2", "bob", "temporal");
        assertThat(STARTING.temporal("{\"agentId\": \"a2\", \"prompt\": \"Go\"}"))
                .extracting(RunView::projectId, RunView::userId)
                .containsExactly("p2", "ada");
        assertThat(STARTING.temporal("{\"agentId\": \"a2\", \"prompt\": \"Go\", \"userId\": \"bob\"}")
                        .userId())
                .isEqualTo("bob");
    }

    /** %S stands for a valid step. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                              | invalid_request |                 | A run needs either an agentId and a prompt, or a plan",
                "[]                                              | invalid_request |                 | The body must be a JSON object",
                "{\"agentId\": \"a1\"}                           | invalid_request | /prompt         | prompt is required",
                "{\"prompt\": \"Go\"}                            | invalid_request | /agentId        | agentId is required",
                "{\"agentId\": \"a1\", \"prompt\": \" \"}        | invalid_request | /prompt         | prompt must not be blank",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"plan\": [%S]} | invalid_request | /plan | A run has either a plan, or an agentId and a prompt, not both",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"model\": 1} | invalid_request | /model | 'model' is not known here; known are [agentId, limits, projectId, prompt, userId]",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"projectId\": \"p1\"} | invalid_request | /projectId | 'projectId' is not known here: the address names the project",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"userId\": \"bob\"} | forbidden | /userId | Only an admin key may say for which user a run is started",
                "{\"agentId\": \"zz\", \"prompt\": \"Go\"}       | not_found       | /agentId        | There is no agent 'zz'",
                "{\"agentId\": \"a2\", \"prompt\": \"Go\"}       | not_found       | /agentId        | There is no agent 'a2'",
                "{\"agentId\": \"a-bob\", \"prompt\": \"Go\"}    | not_found       | /agentId        | There is no agent 'a-bob'",
                "{\"agentId\": \"off\", \"prompt\": \"Go\"}      | not_found       | /agentId        | Agent 'off' is disabled, so no run of it can be started",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"limits\": {\"maxSteps\": 501}} | limit_above_cap | /limits/maxSteps | maxSteps is 501, above the cap of 500 of tier pro",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"limits\": {\"maxSteps\": -1}} | invalid_request | /limits/maxSteps | maxSteps must be between 1 and 1000000",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"limits\": {\"ratePerMinute\": {\"http\": 61}}} | limit_above_cap | /limits/ratePerMinute/http | ratePerMinute.http is 61, above the cap of 60 of tier pro",
                "{\"agentId\": \"a1\", \"prompt\": \"Go\", \"limits\": {\"toolTimeoutMs\": {\"htp\": 1}}} | invalid_request | /limits/toolTimeoutMs/htp | 'htp' is not known here; known are [ai, browser, calendar, default, drive, email, http]",
                "{\"plan\": []}                                  | invalid_request | /plan           | A plan has 1 to 5,000 steps; this one has 0",
                "{\"plan\": {}}                                  | invalid_request | /plan           | plan must be a list",
                "{\"plan\": [%S, 5]}                             | invalid_request | /plan/1         | This element must be a JSON object",
                "{\"plan\": [%S, {\"tool\": \"echo\", \"description\": \"d\"}]} | invalid_request | /plan/1/params | params is required",
                "{\"plan\": [{\"tool\": \"echo\", \"description\": \"d\", \"params\": []}]} | invalid_request | /plan/0/params | params must be a JSON object",
                "{\"plan\": [{\"tool\": \"echo\", \"description\": \"d\", \"params\": {\"value\": \"x\"}, \"onError\": \"stop\"}]} | invalid_request | /plan/0/onError | onError must be one of [continue, fail, pause]",
                "{\"plan\": [{\"tool\": \"echo\", \"description\": \"d\", \"params\": {\"value\": \"x\"}, \"estimatedCredits\": -1}]} | invalid_request | /plan/0/estimatedCredits | estimatedCredits must be between 0 and 1000000000000",
                "{\"plan\": [%S, {\"tool\": \"nope\", \"description\": \"d\", \"params\": {}}]} | unknown_tool | /plan/1/tool | There is no tool 'nope'",
                "{\"plan\": [%S, {\"tool\": \"echo\", \"description\": \"d\", \"params\": {\"value\": 1}}]} | invalid_tool_input | /plan/1/params/value | integer found, string expected",
                "{\"plan\": [{\"tool\": \"echo\", \"description\": \"d\", \"params\": {}}]} | invalid_tool_input | /plan/0/params/value | required property 'value' not found",
                "{\"plan\": [%R1]}                               | invalid_request | /plan/0/params/value | Step 1 can refer only to earlier steps, not to step 1",
                "{\"plan\": [%S, %R3, %S]}                       | invalid_request | /plan/1/params/value | Step 2 can refer only to earlier steps, not to step 3",
                "{\"plan\": [%S, %R0]}                           | invalid_request | /plan/1/params/value | Step 2 can refer only to earlier steps, not to step 0",
                "{\"plan\": [%S, %P1, %P2]}                      | invalid_request | /plan/2/params/value | Step 3 cannot refer to step 2, which runs side by side with it",
            })
    void refusesAndChangesNothing(String body, String code, @Nullable String pointer, String message) {
        long before = STARTING.count("runs");

        RequestRejected refused = catchThrowableOfType(RequestRejected.class, () -> STARTING.ada(expand(body)));

        assertThat(refused.code().wire()).isEqualTo(code);
        assertThat(refused).hasMessage(message);
        assertThat(refused.errors()).first().isEqualTo(new FieldError(pointer == null ? "" : pointer, message));
        assertThat(STARTING.count("runs")).isEqualTo(before);
    }

    @Test
    void acceptsReferencesFromASideBySideGroupToWhatIsBeforeIt() {
        RunView run = STARTING.ada(expand("{\"plan\": [%S, %P1, %P1, %R3]}"));
        assertThat(run.status()).isEqualTo("queued");
    }

    @Test
    void refusesAPlanThatIsTooLongWithOneSentence() {
        String plan = String.join(",", Collections.nCopies(10_000, "0"));
        RequestRejected refused =
                catchThrowableOfType(RequestRejected.class, () -> STARTING.ada("{\"plan\": [" + plan + "]}"));
        assertThat(refused.errors())
                .containsExactly(new FieldError("/plan", "A plan has 1 to 5,000 steps; this one has 10,000"));
    }

    @Test
    void needsAnAccountAndAProjectThatExist() {
        String plan = "\"plan\": [" + STEP + "]";
        assertThat(refusal("{" + plan + "}")).containsEntry("/projectId", "projectId is required for a plan");
        assertThat(refusal("{\"projectId\": \"p1\", " + plan + "}"))
                .containsEntry("/userId", "userId is required for a plan");
        assertThat(refusal("{\"projectId\": \"p1\", \"userId\": \"eve\", " + plan + "}"))
                .containsEntry("/userId", "There is no user 'eve'");
        assertThat(refusal("{\"projectId\": \"p9\", \"userId\": \"ada\", " + plan + "}"))
                .isEmpty();
    }

    private static Map<String, String> refusal(String body) {
        List<FieldError> errors = catchThrowableOfType(RequestRejected.class, () -> STARTING.temporal(body))
                .errors();
        return errors.stream().collect(java.util.stream.Collectors.toMap(FieldError::pointer, FieldError::message));
    }

    /** %Rn is a step that refers to step n, %Pn likewise and parallel. */
    private static String expand(String body) {
        String reference =
                "{\"tool\": \"echo\", \"description\": \"d\", \"params\": {\"value\": {\"\\$from\": {\"step\": $1, \"pointer\": \"\"}}}";
        return body.replace("%S", STEP)
                .replaceAll("%R(\\d)", reference + "}")
                .replaceAll("%P(\\d)", reference + ", \"parallel\": true}");
    }

    private static String column(RunView run, String expression) {
        return STARTING.database
                .jdbc()
                .sql("select (" + expression + ")::text from runs where id = :run")
                .param("run", run.id())
                .query(String.class)
                .single();
    }
}
