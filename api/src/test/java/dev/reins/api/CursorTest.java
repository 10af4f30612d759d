package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import dev.reins.store.reconcile.ReconcilerLog;
import dev.reins.store.reconcile.ReconcilerLog.Finding;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class CursorTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static RunningApi api;
    private static World world;

    /** @param more adds one to the list */
    record Paged(String path, String id, Runnable more) {
        @Override
        public String toString() {
            return path;
        }
    }

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static Stream<Paged> lists() {
        return Stream.concat(listsWithTheirTotal().stream(), listsOfOneRun().stream());
    }

    private static List<Paged> listsWithTheirTotal() {
        String definition = "/api/admin/agent-definitions/" + world.definitionId;
        return List.of(
                new Paged(RUNS + "?status=queued&limit=2", "id", () -> World.run(api, world.alice)),
                new Paged("/api/admin/agents?projectId=demo&limit=2", "id", CursorTest::agent),
                new Paged("/api/admin/agents?limit=2", "id", CursorTest::agent),
                new Paged("/api/admin/agent-definitions?limit=2", "id", CursorTest::definition),
                new Paged("/api/admin/projects?limit=2", "id", CursorTest::project),
                new Paged("/api/admin/keys?limit=2", "id", () -> World.key(api, "alice", "")),
                new Paged("/api/admin/users/alice/ledger?limit=2", "id", CursorTest::grant),
                new Paged("/api/admin/consistency?limit=2", "runId", CursorTest::finding),
                new Paged(definition + "/versions?limit=2", "version", () -> rename(definition)));
    }

    private static List<Paged> listsOfOneRun() {
        String run = World.run(api, world.alice);
        String path = RUNS + "/" + run;
        return List.of(
                new Paged(path + "/events?limit=2", "seq", () -> new EventWriting(api).append(run, "step.started")),
                new Paged(path + "/messages?limit=2", "id", () -> write(run, """
                        insert into messages (run_id, role, content) values (:run, 'user', '{"text": "more"}')""")),
                new Paged(path + "/tool-calls?limit=2", "id", () -> write(run, """
                        insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest,
                            call_digest, input, estimate)
                        select :run, 1 + count(*), 'tool', 'echo', 'default', 'alice', 1, 'failed', '', '', '{}', 0
                        from steps where run_id = :run""")),
                new Paged(path + "/guard-decisions?limit=2", "id", () -> write(run, """
                        insert into guard_decisions (run_id, step_number, verdict) values (:run, 1, 'admitted')""")),
                new Paged(path + "/receipts?limit=2", "id", () -> write(run, """
                        insert into control_receipts (id, run_id, verb, door, delivered_at, effective_at)
                        values (gen_random_uuid(), :run, 'pause', 'rest', now(), now())""")));
    }

    private static void write(String run, String row) {
        api.database.jdbc().sql(row).param("run", run).update();
    }

    private static void finding() {
        String run = "run-" + COUNT.incrementAndGet();
        api.bean(ReconcilerLog.class).found(new Finding(run, "running", null, "made it failed", Instant.EPOCH));
    }

    private static void agent() {
        made(api.post(ADMIN_KEY, "/api/admin/agents", """
                {"projectId": "demo", "definitionId": "%s", "userId": "alice", "name": "another"}""".formatted(world.definitionId)));
    }

    private static void definition() {
        made(api.post(ADMIN_KEY, "/api/admin/agent-definitions", """
                {"name": "another", "instructions": "", "model": {"provider": "scripted", "name": "janitor"}}"""));
    }

    /** Before and after all others in turn, since the list is in the order of ids. */
    private static void project() {
        int number = COUNT.incrementAndGet();
        made(api.post(
                ADMIN_KEY,
                "/api/admin/projects",
                "{\"id\": \"" + (number % 2 == 0 ? "a" : "z") + number + "\", \"name\": \"N\"}"));
    }

    private static void grant() {
        made(api.post(ADMIN_KEY, "/api/admin/users/alice/credits", "{\"amount\": 1}"));
    }

    private static void rename(String definition) {
        String body = "{\"name\": \"named " + COUNT.incrementAndGet() + "\"}";
        assertThat(api.send("PATCH", ADMIN_KEY, definition, BodyPublishers.ofString(body))
                        .status())
                .isEqualTo(200);
    }

    private static void made(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void everyItemThatWasThereComesOnceWhileRowsAreAdded(Paged list) {
        for (int i = 0; i < 5; i++) {
            list.more().run();
        }
        List<String> there = ids(list, api.get(ADMIN_KEY, list.path().replace("limit=2", "limit=1000")));

        List<String> seen = new ArrayList<>();
        Answer page = api.get(ADMIN_KEY, list.path());
        assertTotal(page, there.size());
        for (int pages = 0; pages < 100; pages++) {
            seen.addAll(ids(list, page));
            if (envelope(page).get("nextCursor").isNull() || seen.containsAll(there)) {
                break;
            }
            list.more().run();
            page = api.get(ADMIN_KEY, list.path() + "&cursor=" + cursor(envelope(page)));
            assertTotal(page, there.size() + pages + 1);
        }

        assertThat(seen).doesNotHaveDuplicates().containsAll(there);
    }

    private static List<String> ids(Paged list, Answer page) {
        assertThat(page.status()).as(page.response().body()).isEqualTo(200);
        JsonNode items = isOfOneRun(page) ? page.data() : page.data().get("items");
        return items.values().stream()
                .map(item -> item.get(list.id()).asString())
                .toList();
    }

    /** What belongs to one run comes without its total. */
    private static boolean isOfOneRun(Answer page) {
        return page.data().isArray();
    }

    private static JsonNode envelope(Answer page) {
        return isOfOneRun(page) ? page.json() : page.data();
    }

    private static void assertTotal(Answer page, int total) {
        if (!isOfOneRun(page)) {
            assertThat(page.data().get("totalCount").asInt()).isEqualTo(total);
        }
    }

    @Test
    void cursorOfAnotherFilterOrRunIsRefused() {
        String first = World.run(api, world.alice);
        String second = World.run(api, world.alice);
        World.run(api, world.alice);
        for (String run : List.of(first, second)) {
            api.post(world.alice, RUNS + "/" + run + "/pause", "");
        }
        agent();
        agent();

        String runs = cursor(api.get(ADMIN_KEY, RUNS + "?limit=1").data());
        String ofAlice = cursor(api.get(world.alice, RUNS + "?limit=1").data());
        String events = cursor(
                api.get(world.alice, RUNS + "/" + first + "/events?limit=1").json());
        String agents = cursor(api.get(ADMIN_KEY, "/api/admin/agents?limit=1").data());

        assertThat(api.get(ADMIN_KEY, RUNS + "?limit=7&cursor=" + runs).status())
                .isEqualTo(200);
        assertThat(api.get(world.alice, RUNS + "/" + first + "/events?cursor=" + events)
                        .status())
                .isEqualTo(200);
        assertRefused(RUNS + "?status=queued&cursor=" + runs);
        assertRefused(RUNS + "?userId=bob&cursor=" + ofAlice);
        assertRefused(RUNS + "?from=2020-01-01T00:00:00Z&cursor=" + runs);
        assertRefused("/api/projects/other/agent-runs?cursor=" + runs);
        assertRefused(RUNS + "/" + second + "/events?cursor=" + events);
        assertRefused(RUNS + "/" + first + "/messages?cursor=" + events);
        assertRefused("/api/admin/agents?projectId=demo&cursor=" + agents);
        assertRefused("/api/admin/agents?cursor=" + runs);
    }

    private static String cursor(JsonNode page) {
        return page.get("nextCursor").asString();
    }

    private static void assertRefused(String path) {
        Answer answer = api.get(ADMIN_KEY, path);
        assertThat(answer.status()).as(path).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("cursor");
    }
}
