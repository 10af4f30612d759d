package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.api.RunningApi.Answer;
import dev.reins.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void storesWhatIsAskedWhileTemporalIsAwayAndBringsItThereLater() {
        int port = RunningApi.freePort();
        try (var api = RunningApi.with("127.0.0.1:" + port)) {
            var world = new World(api);
            Instant asked = Instant.now();
            String run = World.run(api, world.alice);
            Answer paused = api.post(world.alice, RUNS + "/" + run + "/pause", "");
            assertThat(paused.status()).isEqualTo(202);
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(6));
            assertThat(api.get("", "/health").json().get("temporal").asString()).isEqualTo("down");

            try (var temporal = new Temporal(port)) {
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(history(temporal, run))
                                .contains("WORKFLOW_EXECUTION_STARTED")
                                .containsOnlyOnce("WORKFLOW_EXECUTION_SIGNALED"));
                assertThat(api.get("", "/health").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void tidiesItsTablesWhileTemporalIsAway() {
        TestDatabase database = TestDatabase.create();
        database.jdbc().sql("""
                insert into idempotency_keys (principal, key, method, path, body_sha256, status, headers, body, settled, created_at)
                  values ('someone', 'old', 'POST', '/', '', 201, '{}', '', true, now() - interval '25 hours')""").update();
        try (var api = RunningApi.behind(RunningApi.portOf(database), database, RunningApi.nobody())) {
            World.run(api, new World(api).alice);

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(number(database, "select coalesce(sum(runs), 0) from run_counts"))
                        .isEqualTo(1);
                assertThat(number(database, "select count(*) from idempotency_keys where key = 'old'"))
                        .isZero();
            });
        }
    }

    private static String history(Temporal temporal, String run) {
        return temporal.client().fetchHistory(run).getEvents().stream()
                .map(event -> event.getEventType().name())
                .toList()
                .toString();
    }

    @Test
    void answersUnavailableWhileTheDatabaseIsAwayAndRecoversByItself() {
        TestDatabase database = TestDatabase.create();
        try (var gate = new Gate(RunningApi.portOf(database));
                var temporal = new Temporal()) {
            try (var api = RunningApi.behind(gate.port(), database, temporal.address())) {
                assertUnavailable(api.get(ADMIN_KEY, RUNS));
                assertThat(api.get("", "/health").json().toString())
                        .isEqualTo("{\"status\":\"down\",\"database\":\"down\",\"temporal\":\"up\"}");

                gate.open();
                await().atMost(PATIENCE)
                        .until(() -> api.get(ADMIN_KEY, "/api/admin/projects").status() == 200);
                var world = new World(api);

                gate.shut();
                assertUnavailable(api.get(world.alice, RUNS));
                assertUnavailable(api.post(world.alice, RUNS, World.PLAN));

                gate.open();
                await().atMost(PATIENCE).until(() -> api.get("", "/health").status() == 200);
                assertThat(api.post(world.alice, RUNS, World.PLAN).status()).isEqualTo(201);
            }
        }
    }

    @Test
    void answers202ForWhatWasStoredAlthoughTheDatabaseGoesAwayBeforeTheAnswer() {
        TestDatabase database = TestDatabase.create();
        try (var gate = new Gate(RunningApi.portOf(database))) {
            gate.open();
            try (var api = RunningApi.behind(gate.port(), database, RunningApi.nobody())) {
                var world = new World(api);
                String path = RUNS + "/" + World.run(api, world.alice) + "/pause?wait=25";
                String[] key = {"Idempotency-Key", "once"};
                var held = CompletableFuture.supplyAsync(() -> api.post(world.alice, path, "", key));
                await().atMost(PATIENCE).until(() -> number(database, "select count(*) from control_receipts") == 1);

                gate.shut();

                assertThat(held.join().status())
                        .as(held.join().response().body())
                        .isEqualTo(202);
                assertThat(held.join().data().get("status").asString()).isEqualTo("pausing");

                gate.open();
                database.jdbc()
                        .sql("update idempotency_keys set created_at = created_at - interval '1 minute'")
                        .update();
                await().atMost(PATIENCE).until(() -> api.get(world.alice, RUNS).status() == 200);
                Answer again = api.post(world.alice, path, "", key);
                assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
                assertThat(again.response().body())
                        .isEqualTo(held.join().response().body());
            }
        }
    }

    @Test
    void aStreamOutlastsTheDatabasesAbsenceAndTellsWhatCameMeanwhile() {
        TestDatabase database = TestDatabase.create();
        try (var gate = new Gate(RunningApi.portOf(database))) {
            gate.open();
            try (var api =
                    RunningApi.behind(gate.port(), database, RunningApi.nobody(), "--reins.streams.key-check=100ms")) {
                var world = new World(api);
                var writing = new EventWriting(api);
                String run = World.run(api, world.alice);
                try (var client = EventClient.open(api, world.alice, RUNS + "/" + run + "/events", "")) {
                    await().atMost(PATIENCE).until(() -> client.ids().equals(List.of("1")));

                    gate.shut();
                    await().atMost(PATIENCE)
                            .until(() -> api.get("", "/health")
                                    .json()
                                    .get("database")
                                    .asString()
                                    .equals("down"));
                    writing.append(run, "message.added");
                    gate.open();
                    await().atMost(PATIENCE).until(() -> client.ids().equals(List.of("1", "2")));

                    writing.finish(run);
                    await().atMost(PATIENCE).until(client::isOver);
                    assertThat(client.ids()).containsExactly("1", "2", "3", "4");
                }
            }
        }
    }

    private static long number(TestDatabase database, String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.response().body()).doesNotContain("127.0.0.1").doesNotContain("SQL");
        assertThat(answer.code()).isEqualTo("engine_unavailable");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }
}
