package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.delay;
import static dev.reins.standalone.Plans.limited;
import static dev.reins.standalone.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the api's and the workers' logs say of runs, and what they never say. */
class LogsIT {
    private static final String SECRET = "nobody-may-read-this-7f3a";
    private static final Stack STACK = Stack.shared();
    private static final EffectLedger WORLD = EffectLedger.start();
    private static final List<ProcessLog> LOGS = Stream.of("api", "worker-1", "worker-2")
            .map(name -> new ProcessLog(STACK, name))
            .toList();

    @AfterAll
    static void stop() {
        WORLD.close();
    }

    @Test
    void logsNameRunsAndHoldNothingOfWhatIsSaidInThemNorOfKeys() {
        String agent = install();
        LiveRun failing = LiveRun.start(STACK, STACK.user(), Map.of("agentId", agent, "prompt", SECRET + " prompt"));
        LiveRun late = LiveRun.start(
                STACK,
                STACK.user(),
                limited(
                        Map.of("toolTimeoutMs", Map.of("default", 200)),
                        Plans.with(step("echo", Map.of("value", SECRET)), "description", SECRET),
                        delay(60_000)));
        LiveRun unreachable = LiveRun.start(
                STACK,
                STACK.user(),
                Plans.plan(step(
                        "http.request",
                        Map.of(
                                "method",
                                "POST",
                                "url",
                                "http://127.0.0.1:1/" + SECRET,
                                "headers",
                                Map.of("Authorization", "Bearer " + SECRET),
                                "body",
                                Map.of("text", SECRET)))));
        LiveRun terminated = LiveRun.start(STACK, STACK.user(), Plans.plan(delay(100_000)));
        askBadly();
        assertThat(text(failing.await("failed"), "stopReason")).isEqualTo("doom_loop");
        assertThat(failing.messages().toString()).contains(SECRET);
        assertThat(failing.toolCalls().toString()).contains(SECRET);
        late.await("failed");
        unreachable.await("failed");
        terminated.await("running");
        STACK.temporal("workflow", "terminate", "--workflow-id", terminated.id(), "--reason", "enough");
        terminated.await("terminated");

        awaitLine(terminated.id(), "is running here and terminated in Temporal");
        awaitLine(late.id(), "A step timed out");
        assertThat(LOGS)
                .allSatisfy(log -> assertThat(log.text())
                        .doesNotContain(
                                SECRET,
                                STACK.endpoints().adminKey(),
                                STACK.endpoints().userKey()));
        assertThat(STACK.output()).doesNotContain(SECRET);
    }

    /** An agent of the demo user that asks the same address in vain until its run is stopped. */
    private static String install() {
        RestClient admin = STACK.admin();
        String definition = text(
                admin.post(
                        "/api/admin/agent-definitions",
                        Map.of(
                                "name",
                                "secretive",
                                "instructions",
                                SECRET + " instructions\ntracker: " + WORLD.url("/status/500/" + SECRET),
                                "model",
                                Map.of("provider", "scripted", "name", "looper"),
                                "tools",
                                List.of("http.request"))),
                "id");
        return text(
                admin.post(
                        "/api/admin/agents",
                        Map.of(
                                "projectId",
                                STACK.endpoints().projectId(),
                                "definitionId",
                                definition,
                                "userId",
                                STACK.endpoints().userId(),
                                "name",
                                "secretive",
                                "enabled",
                                true)),
                "id");
    }

    private static void askBadly() {
        assertThat(STACK.rest(SECRET).call("GET", STACK.runs(), null, Map.of()).status())
                .isEqualTo(401);
        for (String body : List.of("{\"prompt\": \"" + SECRET, "{\"" + SECRET + "\": 1}")) {
            assertThat(STACK.user().call("POST", STACK.runs(), body, Map.of()).status())
                    .isEqualTo(400);
        }
        assertThat(STACK.user()
                        .call("GET", STACK.runs() + "/" + SECRET + "?live=" + SECRET, null, Map.of())
                        .status())
                .isIn(400, 404);
    }

    private static void awaitLine(String runId, String sentence) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(() -> LOGS.stream()
                        .anyMatch(log -> log.linesWith(sentence).stream().anyMatch(line -> line.contains(runId))));
    }
}
