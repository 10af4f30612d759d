package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.delay;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.get;
import static dev.reins.standalone.Plans.limited;
import static dev.reins.standalone.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.openapi.OpenApi;
import dev.reins.api.openapi.OpenApi.Operation;
import dev.reins.standalone.rest.RestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What only runs bring forth stands in the document that the api serves, wherever it is read. */
class DocumentIT {
    private static final OpenApi DOCUMENT = OpenApi.served();
    private static final Stack STACK = Stack.shared();
    private static final List<LiveRun> RUNS = new ArrayList<>();

    private final Set<String> eventTypes = new TreeSet<>();
    private final Set<String> callStatuses = new TreeSet<>();
    private final Set<String> verdicts = new TreeSet<>();
    private final Set<String> roles = new TreeSet<>();
    private final Set<String> verbs = new TreeSet<>();

    @BeforeAll
    static void bringForth() {
        Stack.User user = STACK.newUser("pro", 100_000);
        LiveRun completed = ofAgent("janitor");
        LiveRun looped = ofAgent("looper");
        LiveRun paused = ofAgent("spender");
        LiveRun cancelled = planned(user, plan(delay(120_000)));
        LiveRun failed = planned(user, plan(get("http://127.0.0.1:1/")));
        LiveRun timedOut = planned(user, limited(Map.of("toolTimeoutMs", Map.of("default", 100)), delay(60_000)));
        LiveRun stopped = planned(user, limited(Map.of("maxSteps", 1, "onLimit", "fail"), echo(1), echo(2)));
        LiveRun refused = planned(user, limited(oncePerMinute("fail"), echo(3), echo(33)));
        LiveRun waiting = planned(STACK.newUser("pro", 100), limited(oncePerMinute("wait"), echo(4), echo(5)));
        LiveRun warned = planned(user, limited(Map.of("maxCredits", 100), echo(6, 85), echo(7, 12)));
        completed.await("completed");
        looped.await("failed");
        paused.await("paused");
        cancelled.await("running");
        cancelled.request("cancel?wait=20");
        Stream.of(failed, timedOut, stopped, refused).forEach(run -> run.await("failed"));
        waiting.await(row -> text(row, "waitingFor").equals("rate_limit"), "a run that waits");
        warned.await("completed");
        LiveRun continued = LiveRun.of(
                STACK,
                user.rest(),
                text(
                        stopped.ask("continue", Map.of("limits", Map.of("maxSteps", 9)))
                                .data(),
                        "id"));
        continued.await("completed");
        RUNS.addAll(List.of(completed, looped, paused, cancelled, failed, timedOut, stopped, refused, waiting, warned));
        RUNS.add(continued);
    }

    private static LiveRun ofAgent(String name) {
        return LiveRun.start(
                STACK,
                STACK.user(),
                Map.of("agentId", STACK.endpoints().agents().get(name), "prompt", "Do what you are for."));
    }

    private static LiveRun planned(Stack.User user, Map<String, Object> body) {
        return LiveRun.start(STACK, user.rest(), body);
    }

    private static Map<String, Object> oncePerMinute(String onRateLimit) {
        return Map.of("ratePerMinute", Map.of("default", 1), "onRateLimit", onRateLimit);
    }

    @Test
    void everythingOfARunStandsInIt() {
        for (LiveRun run : RUNS) {
            ofRuns().forEach(operation -> readPages(operation, path(operation, run)));
            read(DOCUMENT.operation("readRun"), run.path() + "?live=true");
        }
        assertThat(eventTypes)
                .contains("run.queued", "run.started", "run.paused", "run.cancelling", "run.finished", "step.started")
                .contains("step.completed", "step.failed", "guard.waiting", "guard.refused", "loop.warning")
                .contains("cost.warning", "cost.critical", "message.added");
        assertThat(callStatuses).contains("completed", "failed", "timed_out", "refused", "cancelled");
        assertThat(verdicts).contains("admitted", "warned", "waiting", "refused", "paused", "failed");
        assertThat(roles).contains("user", "assistant", "tool");
        assertThat(verbs).contains("cancel");
    }

    @Test
    void everyOtherPlaceThatTellsOfRunsStandsInIt() {
        List<Operation> others = DOCUMENT.operations().stream()
                .filter(operation -> operation.method().equals("GET"))
                .filter(operation -> !operation.path().contains("{runId}"))
                .filter(operation -> !operation.id().equals("readEffectiveLimits")) // which asks whose
                .toList();
        for (Operation operation : others) {
            read(operation, path(operation, RUNS.getFirst()));
        }
        for (String status : List.of("running", "paused", "completed", "failed", "cancelled")) {
            read(DOCUMENT.operation("listRuns"), STACK.runs() + "?limit=1000&status=" + status);
        }
        String agent = STACK.endpoints().agents().get("janitor");
        read(
                DOCUMENT.operation("readEffectiveLimits"),
                "/api/projects/" + STACK.endpoints().projectId() + "/effective-limits?agentId=" + agent);
    }

    private static List<Operation> ofRuns() {
        return DOCUMENT.operations().stream()
                .filter(operation ->
                        operation.method().equals("GET") && operation.path().contains("{runId}"))
                .toList();
    }

    private static String path(Operation operation, LiveRun run) {
        return operation
                .path()
                .replace("{projectId}", STACK.endpoints().projectId())
                .replace("{runId}", run.id())
                .replace("{name}", "pro")
                .replace("{id}", id(operation));
    }

    private static String id(Operation operation) {
        String agent = STACK.endpoints().agents().get("janitor");
        return switch (operation.path().replaceFirst("/api/admin/([^/]*).*", "$1")) {
            case "users" -> STACK.endpoints().userId();
            case "projects" -> STACK.endpoints().projectId();
            case "agents" -> agent;
            case "agent-definitions" -> text(STACK.admin().get("/api/admin/agents/" + agent), "definitionId");
            case "keys" ->
                text(STACK.admin().get("/api/admin/keys").path("items").path(0), "id");
            default -> "none";
        };
    }

    /** All pages of a list, three at a time, so that there are several; what is no list is read once. */
    private void readPages(Operation operation, String path) {
        boolean isList = operation.id().startsWith("list");
        JsonNode answer = read(operation, isList ? path + "?limit=3" : path);
        look(operation, answer);
        while (!text(answer, "nextCursor").isEmpty()) {
            answer = read(operation, path + "?limit=3&cursor=" + text(answer, "nextCursor"));
            look(operation, answer);
        }
    }

    private static JsonNode read(Operation operation, String path) {
        RestClient.Answer answer = STACK.admin().call("GET", path, null, Map.of());
        String type = answer.response()
                .headers()
                .firstValue("Content-Type")
                .orElse("none")
                .replaceFirst(";.*", "");
        String body = answer.response().body();
        assertThat(answer.status()).as("%s: %s", path, body).isEqualTo(200);
        assertThat(DOCUMENT.faults(operation, answer.status(), type, body))
                .as("%s: %s", path, body)
                .isEmpty();
        return answer.body();
    }

    private void look(Operation operation, JsonNode answer) {
        switch (operation.id()) {
            case "listEvents" -> collect(answer, "type", eventTypes);
            case "listToolCalls" -> collect(answer, "status", callStatuses);
            case "listGuardDecisions" -> collect(answer, "verdict", verdicts);
            case "listMessages" -> collect(answer, "role", roles);
            case "listReceipts" -> collect(answer, "verb", verbs);
            default -> assertThat(answer.path("data").path("id").isString()).isTrue();
        }
    }

    private static void collect(JsonNode answer, String member, Set<String> seen) {
        answer.path("data").forEach(item -> seen.add(text(item, member)));
    }
}
