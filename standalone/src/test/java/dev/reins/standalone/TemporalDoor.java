package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.Stack.CommandResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** What the tests at Temporal's door share: the command, a user with credits, a world outside. */
abstract class TemporalDoor {
    static final EffectLedger WORLD = EffectLedger.start();

    final Stack stack = Stack.shared();
    final Stack.User user = stack.newUser("pro", 10_000);

    /** How its latest execution has ended, and that no workflow task failed on the way. */
    final void assertFailed(String id, String message) {
        JsonNode last = Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> history(id).getLast(), event -> event.has("workflowExecutionFailedEventAttributes"));
        JsonNode failure = last.path("workflowExecutionFailedEventAttributes").path("failure");
        assertThat(failure.path("message").asString()).contains(message);
        assertThat(failure.path("stackTrace").asString("")).isEmpty();
        assertNoTaskFailed(id);
    }

    final void assertNoTaskFailed(LiveRun run) {
        assertNoTaskFailed(run.id());
    }

    final void assertNoTaskFailed(String id) {
        assertThat(history(id).stream().map(event -> event.path("eventType").asString()))
                .doesNotContain("EVENT_TYPE_WORKFLOW_TASK_FAILED");
    }

    final List<JsonNode> history(String id) {
        CommandResult shown = succeed(stack.temporal("workflow", "show", "--workflow-id", id, "--output", "json"));
        return Stack.json()
                .readTree(shown.output())
                .path("events")
                .valueStream()
                .toList();
    }

    // --- the commands ----------------------------------------------------------------------------------------------

    final LiveRun start(Map<String, Object> body) {
        LiveRun run = of(newId());
        succeed(begin(run.id(), "--input", json(body)));
        run.await(row -> true, Duration.ofSeconds(30));
        return run;
    }

    final CommandResult begin(String id, String... input) {
        List<String> line = new ArrayList<>(List.of("workflow", "start"));
        line.addAll(starting(id, input));
        return stack.temporal(line.toArray(String[]::new));
    }

    static List<String> starting(String id, String... input) {
        List<String> line =
                new ArrayList<>(List.of("--type", "AgentRun", "--task-queue", "agent-runs", "--workflow-id", id));
        line.addAll(input.length == 1 ? List.of("--input", input[0]) : List.of(input));
        return line;
    }

    final void command(String verb, LiveRun run, String... options) {
        succeed(workflow(verb, run, options));
    }

    final CommandResult workflow(String verb, LiveRun run, String... options) {
        return workflow(List.of("workflow", verb), run, options);
    }

    final CommandResult workflow(String verb, String second, LiveRun run, String... options) {
        return workflow(List.of("workflow", verb, second), run, options);
    }

    final CommandResult workflow(List<String> verb, LiveRun run, String... options) {
        List<String> line = new ArrayList<>(verb);
        line.addAll(List.of("--workflow-id", run.id()));
        line.addAll(List.of(options));
        return stack.temporal(line.toArray(String[]::new));
    }

    final String query(LiveRun run, String... options) {
        List<String> all = new ArrayList<>(List.of("--type", "state"));
        all.addAll(List.of(options));
        return succeed(workflow("query", run, all.toArray(String[]::new))).output();
    }

    final String listed(String query) {
        return succeed(stack.temporal("workflow", "list", "--query", query)).output();
    }

    static CommandResult succeed(CommandResult result) {
        assertThat(result.status()).as(result.output()).isZero();
        return result;
    }

    // --- the runs --------------------------------------------------------------------------------------------------

    final LiveRun hanging() {
        LiveRun run = start(plan(Map.of(), http("/hang")));
        awaitRequests(run, 1);
        return run;
    }

    final void awaitRequests(LiveRun run, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> requestsOf(run).count() == count);
    }

    static Stream<EffectLedger.Entry> requestsOf(LiveRun run) {
        return WORLD.entries().stream().filter(entry -> entry.key.startsWith(run.id()));
    }

    final LiveRun of(String id) {
        return LiveRun.of(stack, stack.admin(), id);
    }

    static String newId() {
        return "cli-" + UUID.randomUUID();
    }

    final JsonNode account() {
        return stack.admin().get("/api/admin/users/" + user.id() + "/credits");
    }

    final Map<String, Object> plan(Map<String, Object> limits, Object... steps) {
        Map<String, Object> wide =
                limits.isEmpty() ? Map.of("toolTimeoutMs", Map.of("http", 120_000, "default", 120_000)) : limits;
        return Map.of(
                "projectId",
                stack.endpoints().projectId(),
                "userId",
                user.id(),
                "plan",
                List.of(steps),
                "limits",
                wide);
    }

    static Map<String, Object> http(String path) {
        return step("http.request", Map.of("method", "GET", "url", WORLD.url(path)));
    }

    static Map<String, Object> echo(int value) {
        return step("echo", Map.of("value", value));
    }

    static Map<String, Object> delay(int ms) {
        return step("delay", Map.of("ms", ms));
    }

    static Map<String, Object> step(String tool, Map<String, Object> params) {
        return Map.of("tool", tool, "description", tool, "params", params);
    }

    static String json(Object body) {
        return Stack.json().writeValueAsString(body);
    }
}
