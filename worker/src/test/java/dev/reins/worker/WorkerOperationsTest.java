package dev.reins.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.RunId;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.run.AgentRun;
import dev.reins.operations.ManagementServer;
import dev.reins.operations.Metrics;
import dev.reins.operations.SentryReceiver;
import dev.reins.store.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a worker shows to its operator: its health and metrics, its log as JSON at its most talkative, and incidents. */
class WorkerOperationsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** In whatever is a user's: the value of a parameter, a description, a header. */
    private static final String SECRET = "sk-4711-the-users-own-business";

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final SentryReceiver SENTRY = new SentryReceiver();
    private static final ByteArrayOutputStream SAID = new ByteArrayOutputStream();
    private static final PrintStream CONSOLE = System.out;
    private static TestServer.PortBoundTestServer temporal;
    private static WorkflowServiceStubs stubs;
    private static ConfigurableApplicationContext worker;

    /** Boot keeps it for the next application of the same process, in which there is but one, except in tests. */
    private static void forgetLogFormat() {
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
    }

    @BeforeAll
    static void start() throws IOException {
        forgetLogFormat();
        int port = freePort();
        temporal = TestServer.createPortBoundServer(port);
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + port)
                .build());
        System.setOut(new PrintStream(SAID, true));
        worker = WorkerApplication.start(
                "--REINS_MANAGEMENT_PORT=0",
                "--REINS_LOG_FORMAT=ecs",
                "--logging.config=classpath:structured.xml",
                "--logging.level.dev.reins=trace",
                "--SENTRY_DSN=" + SENTRY.dsn(),
                "--REINS_TEMPORAL_ADDRESS=127.0.0.1:" + port,
                "--REINS_DATABASE_URL="
                        + DATABASE.url().replaceFirst("jdbc:postgresql://([^?]*)\\?user=(.*)", "postgresql://$2@$1"));
        DATABASE.jdbc().sql("""
                        insert into projects (id, name) values ('p', 'P');
                        insert into accounts (user_id, tier, granted) values ('ada-lovelace', 'pro', 0)""").update();
        DATABASE.jdbc()
                .sql("select from grant_credits('ada-lovelace', 100000, 'test')")
                .query()
                .listOfRows();
    }

    @AfterAll
    static void stop() {
        if (worker != null) {
            worker.close();
        }
        System.setOut(CONSOLE);
        forgetLogFormat();
        stubs.shutdownNow();
        temporal.close();
        SENTRY.close();
        DATABASE.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> management(String path) {
        int port = worker.getBean(ManagementServer.class).port();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }

    private static String start(String type, Object input) {
        String id = RunId.next().value();
        WorkflowClient.newInstance(stubs)
                .newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(TaskQueues.RUNS)
                                .setWorkflowId(id)
                                .build())
                .start(input);
        return id;
    }

    private static String startRun(Map<String, Object> limits, Object... steps) {
        return start(
                AgentRun.TYPE,
                Map.of("projectId", "p", "userId", "ada-lovelace", "plan", List.of(steps), "limits", limits));
    }

    private static String run(Map<String, Object> limits, Map<String, Object> step) throws Exception {
        String id = startRun(limits, step);
        WorkflowStub run = WorkflowClient.newInstance(stubs).newUntypedWorkflowStub(id);
        try {
            run.getResult(30, TimeUnit.SECONDS, Void.class);
        } catch (io.temporal.client.WorkflowFailedException expected) {
            // what the test looks at is what was said of it
        }
        return id;
    }

    private static Map<String, Object> step(String tool, Map<String, Object> params) {
        return Map.of("tool", tool, "description", SECRET, "params", params, "estimatedCredits", 90);
    }

    private static JsonNode incident(String runId, String sentence) {
        return await().atMost(LIMIT)
                .until(
                        () -> SENTRY.events().stream()
                                .filter(event -> event.path("tags")
                                        .path("runId")
                                        .asString("")
                                        .equals(runId))
                                .filter(event ->
                                        event.path("message").toString().contains(sentence))
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    @Test
    void isAliveAndReadyAndSaysWhichBuildItIs() {
        assertThat(management("/actuator/health/liveness").statusCode()).isEqualTo(200);
        HttpResponse<String> readiness = management("/actuator/health/readiness");
        assertThat(readiness.statusCode()).as(readiness.body()).isEqualTo(200);
        assertThat(json(readiness.body()).path("components").propertyNames())
                .containsExactlyInAnyOrder("readinessState", "database", "temporal", "polling");
        assertThat(json(management("/actuator/info").body())
                        .path("build")
                        .path("version")
                        .asString(""))
                .isNotEmpty();
        assertThat(management("/actuator/env").statusCode()).isEqualTo(404);
        assertThat(management("/actuator/health/nothing").statusCode()).isEqualTo(404);
        assertThat(management("/actuator//").statusCode()).isEqualTo(404);
    }

    @Test
    void countsWhatItDoesAndNamesNoRunAndNoUser() throws Exception {
        String id = run(Map.of(), step("echo", Map.of("value", SECRET)));

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(management("/actuator/prometheus").body())
                                .contains(
                                        "reins_guard_verdicts_total{guard=\"none\",verdict=\"admitted\"}",
                                        "reins_step_duration_seconds_bucket{category=\"default\",status=\"completed\"",
                                        "reins_runs_finished_total{status=\"completed\",stop_reason=\"done\"}",
                                        "temporal_",
                                        "hikaricp_connections_active",
                                        "jvm_memory_used_bytes")
                                .doesNotContain(id, "ada-lovelace", SECRET));
    }

    @Test
    void tellsTheMetricsThatTheOperationsGuideListsAndNoOther() throws Exception {
        Map<String, Object> echo = step("echo", Map.of("value", 1));
        run(Map.of("maxCredits", 100), echo);
        String waiting = startRun(Map.of("ratePerMinute", Map.of("default", 1)), echo, echo);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(management("/actuator/prometheus").body())
                                .contains(
                                        "reins_cost_crossings_total{level=\"warning\"}",
                                        "reins_guard_wait_seconds_count{guard=\"rate\"}"));
        String scrape = management("/actuator/prometheus").body();
        assertThat(Metrics.told(scrape)).isEqualTo(Metrics.listed("worker"));
        assertThat(Metrics.listedOfOthers("worker"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(scrape).contains("# TYPE " + name));
        WorkflowClient.newInstance(stubs).newUntypedWorkflowStub(waiting).terminate("seen");
    }

    @Test
    void saysNothingOfALatencyBelowZero() {
        worker.getBean(MeterRegistry.class).timer("clocks.that.differ").record(Duration.ofMillis(-56));

        assertThat(SAID.toString(StandardCharsets.UTF_8)).doesNotContain("should not be negative");
    }

    @Test
    void reportsAStepThatTimesOutAndARunThatNearsItsLimit() throws Exception {
        String id = run(
                Map.of("maxCredits", 100, "toolTimeoutMs", Map.of("default", 300)),
                step("delay", Map.of("ms", 60_000)));

        assertThat(incident(id, "comes near its credit limit")
                        .at("/tags/costLevel")
                        .asString())
                .isEqualTo("warning");
        JsonNode timeout = incident(id, "A step timed out");
        assertThat(timeout.path("level").asString()).isEqualTo("warning");
        assertThat(timeout.at("/tags/category").asString()).isEqualTo("default");
        assertThat(incident(id, "A run failed").at("/tags/stopReason").asString())
                .isEqualTo("tool_failed");
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(management("/actuator/prometheus").body())
                                .contains("reins_guard_verdicts_total{guard=\"timeout\",verdict=\"failed\"}"));
        assertThat(SENTRY.events().toString()).doesNotContain(SECRET, "ada-lovelace");
    }

    @Test
    void reportsAWorkflowWhoseCodeFailsWhileItLooksAsIfItWereRunning() {
        String id = start("NoSuchWorkflow", Map.of("prompt", SECRET));

        assertThat(incident(id, "The workflow of a run fails").path("level").asString())
                .isEqualTo("error");
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(management("/actuator/prometheus").body())
                                .contains("temporal_workflow_task_execution_failed"));
        WorkflowClient.newInstance(stubs).newUntypedWorkflowStub(id).terminate("seen");
    }

    @Test
    void logsJsonThatNamesRunAndStepAndHoldsNothingOfTheUsers() throws Exception {
        String refused = run(
                Map.of(),
                step(
                        "http.request",
                        Map.of(
                                "method",
                                "GET",
                                "url",
                                "http://127.0.0.1:1/" + SECRET,
                                "headers",
                                Map.of("Authorization", SECRET))));
        String late = run(
                Map.of("maxCredits", 100, "toolTimeoutMs", Map.of("default", 300)),
                step("delay", Map.of("ms", 60_000)));
        String said = SAID.toString(StandardCharsets.UTF_8);

        assertThat(said).doesNotContain(SECRET).contains(late);
        List<JsonNode> lines = said.lines().map(WorkerOperationsTest::json).toList();
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("runId").asString("")).isEqualTo(late);
            assertThat(line.path("stepNumber").asString("")).isEqualTo("1");
        });
        assertThat(refused).isNotEmpty();
    }
}
