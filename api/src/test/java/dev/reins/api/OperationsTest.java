package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.operations.ManagementServer;
import dev.reins.operations.Metrics;
import dev.reins.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the api shows to its operator. */
class OperationsTest {
    /** The reconciler looks at every live row once in 20 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static HttpResponse<String> management(RunningApi api, String path) {
        int port = api.bean(ManagementServer.class).port();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static JsonNode health(RunningApi api) {
        return new JsonMapper().readTree(management(api, "/actuator/health").body());
    }

    @Test
    void isReadyAndSaysThatNobodyWorksWhileTemporalIsAway() {
        try (var api = RunningApi.with("127.0.0.1:" + RunningApi.freePort())) {
            var world = new World(api);
            World.run(api, world.alice);

            assertThat(management(api, "/actuator/health/liveness").statusCode())
                    .isEqualTo(200);
            assertThat(management(api, "/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
            assertThat(management(api, "/actuator/health").statusCode()).isEqualTo(503);
            JsonNode components = health(api).path("components");
            assertThat(components.path("database").path("status").asString()).isEqualTo("UP");
            assertThat(components.path("temporal").path("status").asString()).isEqualTo("DOWN");
            assertThat(components.path("workers").path("status").asString()).isEqualTo("UNKNOWN");
            assertThat(management(api, "/actuator/info").body()).contains("\"version\":\"");
            assertThat(management(api, "/actuator/prometheus").body())
                    .contains("reins_runs_live{status=\"queued\"} 1.0", "reins_reservation_age_seconds 0.0")
                    .contains("reins_reconciler_fixes_total{kind=\"started\"} 0.0");
        }
    }

    @Test
    void isAliveButNotReadyWithoutItsDatabase() {
        try (var gate = new Gate(RunningApi.freePort());
                var api = RunningApi.behind(gate.port(), TestDatabase.create(), "127.0.0.1:" + RunningApi.freePort())) {
            assertThat(management(api, "/actuator/health/liveness").statusCode())
                    .isEqualTo(200);
            assertThat(management(api, "/actuator/health/readiness").statusCode())
                    .isEqualTo(503);
            assertThat(management(api, "/actuator/prometheus").body())
                    .contains("reins_runs_live{status=\"queued\"} NaN");
        }
    }

    @Test
    void countsWhatTheReconcilerHadToDoAndTellsTheMetricsThatTheOperationsGuideLists() throws IOException {
        int port = RunningApi.freePort();
        try (var api = RunningApi.with("127.0.0.1:" + port)) {
            var world = new World(api);
            String run = World.run(api, world.alice);
            api.post(world.alice, RUNS + "/" + run + "/pause", "");
            try (var temporal = new Temporal(port)) {
                awaitMetric(api, "reins_reconciler_fixes_total{kind=\"started\"} 1.0");
                awaitMetric(api, "reins_reconciler_fixes_total{kind=\"delivered\"} 1.0");
                assertThat(temporal.client().fetchHistory(run).getEvents()).isNotEmpty();
                temporal.client().newUntypedWorkflowStub(run).terminate("enough");
                awaitMetric(api, "reins_reconciler_fixes_total{kind=\"ended\"} 1.0");
            }
            String scrape = management(api, "/actuator/prometheus").body();
            assertThat(scrape).doesNotContain(run);
            assertThat(Metrics.told(scrape)).isEqualTo(Metrics.listed("api"));
            assertThat(Metrics.listedOfOthers("api"))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(scrape).contains("# TYPE " + name));
        }
    }

    private static void awaitMetric(RunningApi api, String line) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(management(api, "/actuator/prometheus").body())
                                .contains(line));
    }

    @Test
    void tellsForHowLongNothingWasReconciledAndCreditsAreReserved() {
        try (var api = RunningApi.withoutTemporal()) {
            String run = World.run(api, new World(api).alice);
            api.database
                    .jdbc()
                    .sql("update reconciler set last_pass_at = clock_timestamp() - interval '2 hours'")
                    .update();
            api.database.jdbc().sql("""
                            insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest,
                                call_digest, input, estimate, held, asked_at, claims)
                            values (:run, 1, 'tool', 'echo', 'default', 'alice', 1, 'unknown', '', '', '{}', 10, 10,
                                clock_timestamp() - interval '1 hour', 1)
                            """).param("run", run).update();

            assertThat(seconds(api, "reins_reconciler_age_seconds")).isBetween(7_200.0, 7_300.0);
            assertThat(seconds(api, "reins_reservation_age_seconds")).isBetween(3_600.0, 3_700.0);
        }
    }

    private static double seconds(RunningApi api, String name) {
        return management(api, "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void givesEveryRequestAnIdAndTakesTheCallersOwn() {
        try (var api = RunningApi.with("127.0.0.1:" + RunningApi.freePort())) {
            assertThat(api.get(ADMIN_KEY, RUNS).header("X-Request-Id")).matches("[0-9a-f-]{36}");
            assertThat(api.get("", "/nothing").header("X-Request-Id")).matches("[0-9a-f-]{36}");

            for (String own : List.of("a", "Trace_1.b-2", "x".repeat(64))) {
                assertThat(answeredId(api, own)).isEqualTo(own);
            }
            for (String other : List.of("a b", "a/b", "x".repeat(65))) {
                assertThat(answeredId(api, other)).matches("[0-9a-f-]{36}");
            }
        }
    }

    private static String answeredId(RunningApi api, String sent) {
        return api.send(api.request(ADMIN_KEY, RUNS).header("X-Request-Id", sent))
                .header("X-Request-Id");
    }

    @Test
    void aRequestThatWaitsIsAnsweredWhenTheProcessIsToEnd() {
        CompletableFuture<RunningApi.Answer> answer;
        Instant asked;
        try (var temporal = new Temporal();
                var api = RunningApi.with(temporal.address())) {
            var world = new World(api);
            String run = World.run(api, world.alice);
            asked = Instant.now();
            answer = CompletableFuture.supplyAsync(
                    () -> api.post(world.alice, RUNS + "/" + run + "/cancel?wait=30", ""));
            await().atMost(PATIENCE)
                    .until(() -> api.get(world.alice, RUNS + "/" + run)
                            .data()
                            .path("status")
                            .asString("")
                            .equals("cancelling"));
        }
        assertThat(answer.join().status()).isEqualTo(202);
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(25));
    }
}
