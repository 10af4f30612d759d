package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.api.EventClient.Event;
import dev.reins.api.RunningApi.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.json.JsonMapper;

class EventStreamTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PROJECT = "/api/projects/demo/events";
    private static RunningApi api;
    private static World world;
    private static EventWriting writing;

    private String run;
    private String events;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal("--reins.streams.heartbeat=100ms", "--reins.streams.key-check=100ms");
        world = new World(api);
        writing = new EventWriting(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void run() {
        run = World.run(api, world.alice);
        events = RUNS + "/" + run + "/events";
    }

    private static EventClient open(String key, String path) {
        return EventClient.open(api, key, path, "");
    }

    private static void awaitIds(EventClient client, String... ids) {
        await().untilAsserted(() -> assertThat(client.ids()).containsExactly(ids));
    }

    @Test
    void tellsWhatWasAndWhatComesAndEndsWithTheRun() {
        try (var client = open(world.alice, events)) {
            awaitIds(client, "1");
            writing.append(run, "message.added");
            awaitIds(client, "1", "2");
            writing.finish(run);

            await().until(client::isOver);
            assertThat(client.types()).containsExactly("run.queued", "message.added", "run.started", "run.finished");
            assertThat(client.ids()).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void sendsTheRowsThatTheListShows() {
        writing.append(run, "run.started");
        writing.finish(run);
        List<String> rows = api.get(world.alice, events).json().get("data").values().stream()
                .map(Object::toString)
                .toList();

        try (var client = open(world.alice, events)) {
            await().until(client::isOver);
            assertThat(client.events).extracting(Event::data).isEqualTo(rows);
        }
    }

    @Test
    void goesOnAfterTheLastEventSeen() {
        writing.append(run, "run.started");
        writing.append(run, "step.started");
        try (var client = EventClient.open(api, world.alice, events, "2")) {
            awaitIds(client, "3");
            writing.append(run, "step.completed");
            awaitIds(client, "3", "4");
        }
    }

    @Test
    void waitsForTheEventAfterOneThatIsStillToCome() {
        try (var client = EventClient.open(api, world.alice, events, "2")) {
            writing.append(run, "run.started");
            writing.append(run, "step.started");
            awaitIds(client, "3");
        }
    }

    @Test
    void tellsAClientThatHasSeenTheEndToStopAsking() {
        writing.finish(run);
        try (var seen = EventClient.open(api, world.alice, events, "3");
                var beyond = EventClient.open(api, world.alice, events, "99")) {
            assertThat(seen.response.statusCode()).isEqualTo(204);
            assertThat(beyond.response.statusCode()).isEqualTo(204);
        }
        try (var client = EventClient.open(api, world.alice, events, "2")) {
            await().until(client::isOver);
            assertThat(client.types()).containsExactly("run.finished");
        }
    }

    @Test
    void goesOnWithARunThatWasResetAfterItsEnd() {
        writing.finish(run);
        writing.reset(run, "reset");
        try (var seen = EventClient.open(api, world.alice, events, "3");
                var fresh = open(world.alice, events)) {
            awaitIds(seen, "4");
            awaitIds(fresh, "1", "2", "3", "4");
            writing.finish(run, "reset");

            await().until(() -> seen.isOver() && fresh.isOver());
            assertThat(seen.types()).containsExactly("run.reset", "run.finished");
            assertThat(fresh.ids()).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void endsWithTheRunAlsoForAClientThatIsPastTheEnd() {
        try (var client = EventClient.open(api, world.alice, events, "99")) {
            await().until(() -> client.comments.get() > 0);
            writing.finish(run);

            await().until(client::isOver);
            assertThat(client.ids()).isEmpty();
        }
    }

    @Test
    void tellsWhatCameAfterTheEndAndIsOver() {
        writing.finish(run);
        writing.append(run, "message.added");
        try (var seen = EventClient.open(api, world.alice, events, "3");
                var fresh = open(world.alice, events)) {
            await().until(() -> seen.isOver() && fresh.isOver());
            assertThat(seen.ids()).containsExactly("4");
            assertThat(fresh.ids()).containsExactly("1", "2", "3", "4");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "abc", "1e3", "01", "99999999999999999999", "ZXZlbnRzIDM"})
    void refusesALastEventIdThatIsNone(String id) {
        for (String path : List.of(events, PROJECT)) {
            Answer answer = api.send(api.request(world.alice, path)
                    .header("Accept", EventClient.ACCEPT)
                    .header("Last-Event-ID", id)
                    .GET());

            assertThat(answer.code()).isEqualTo("invalid_request");
            assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("Last-Event-ID");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | application/json",
                "application/json, text/event-stream;q=0.5 | application/json",
                "text/event-stream;q=0.9, application/json;q=0.1 | text/event-stream",
                "text/* | text/event-stream",
                "text/html | application/problem+json"
            })
    void answersInTheFormThatTheClientPrefers(String accept, String form) {
        for (String path : List.of(events, PROJECT)) {
            var request =
                    api.request(world.alice, path).header("Accept", accept).method("HEAD", BodyPublishers.noBody());

            assertThat(api.send(request).header("Content-Type")).startsWith(form);
        }
    }

    @Test
    void forbidsCachesAndProxiesToKeepAnything() {
        try (var client = open(world.alice, events)) {
            assertThat(client.response.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(client.response.headers().firstValue("X-Accel-Buffering"))
                    .hasValue("no");
            assertThat(client.response.headers().firstValue("Content-Type"))
                    .hasValue("text/event-stream;charset=UTF-8");
        }
    }

    @Test
    void sendsCommentsWhileNothingHappens() {
        try (var client = open(world.alice, events)) {
            await().until(() -> client.comments.get() >= 3);
            assertThat(client.ids()).containsExactly("1");
        }
    }

    @Test
    void sendsThemEvery15SecondsUnlessToldOtherwise() throws IOException {
        var usual = new YamlPropertySourceLoader()
                .load("usual", new ClassPathResource("reins-api.yml"))
                .getFirst();

        assertThat(usual.getProperty("reins.streams.heartbeat")).hasToString("${REINS_API_HEARTBEAT:15s}");
        assertThat(usual.getProperty("reins.streams.key-check")).hasToString("15s");
    }

    @Test
    void tellsAProjectsEventsWithTheirRuns() {
        String other = World.run(api, world.bob);
        try (var client = open(ADMIN_KEY, PROJECT)) {
            await().until(() -> runsOf(client).containsAll(List.of(run, other)));
            assertThat(JSON.readTree(client.events.getLast().data()).propertyNames())
                    .containsExactly("id", "runId", "seq", "type", "at", "stepNumber", "data");
            assertThat(JSON.readTree(client.events.getLast().data()).get("id").asString())
                    .isEqualTo(client.events.getLast().id());
        }
    }

    @Test
    void tellsAUserOfTheirOwnRunsAlone() {
        String bobs = World.run(api, world.bob);
        try (var client = open(world.bob, PROJECT)) {
            await().until(() -> runsOf(client).contains(bobs));
            writing.append(run, "run.started");
            writing.append(bobs, "run.started");
            await().until(() -> client.types().getLast().equals("run.started"));
            assertThat(runsOf(client)).doesNotContain(run);
        }
        Answer list = api.get(world.bob, PROJECT + "?limit=1000");
        assertThat(list.json().get("data").values())
                .extracting(row -> row.get("runId").asString())
                .contains(bobs)
                .doesNotContain(run);
    }

    private static List<String> runsOf(EventClient client) {
        return client.events.stream()
                .map(event -> JSON.readTree(event.data()).get("runId").asString())
                .toList();
    }

    @Test
    void goesOnWithAProjectAfterAnyRowOfTheListOrTheStream() {
        writing.appendMany(run, 5);
        await().until(() -> ids(api.get(ADMIN_KEY, PROJECT + "?limit=1000")).size() >= 6);
        List<String> all = ids(api.get(ADMIN_KEY, PROJECT + "?limit=1000"));
        String third = all.get(2);

        assertThat(ids(api.get(ADMIN_KEY, PROJECT + "?limit=1000&cursor=" + third)))
                .isEqualTo(all.subList(3, all.size()));
        assertThat(api.get(ADMIN_KEY, PROJECT + "?limit=3")
                        .json()
                        .get("nextCursor")
                        .asString())
                .isEqualTo(third);
        try (var client = EventClient.open(api, ADMIN_KEY, PROJECT, third)) {
            await().untilAsserted(() -> assertThat(client.ids())
                    .startsWith(all.subList(3, all.size()).toArray(String[]::new)));
        }
    }

    @Test
    void refusesAPlaceAmongAnotherProjectsEvents() {
        await().until(() -> !ids(api.get(ADMIN_KEY, PROJECT)).isEmpty());
        String place = ids(api.get(ADMIN_KEY, PROJECT)).getFirst();
        String other = "/api/projects/other/events";

        Answer page = api.get(ADMIN_KEY, other + "?cursor=" + place);
        Answer stream = api.send(api.request(ADMIN_KEY, other)
                .header("Accept", EventClient.ACCEPT)
                .header("Last-Event-ID", place)
                .GET());

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.json().at("/errors/0/pointer").asString()).isEqualTo("cursor");
        assertThat(stream.status()).isEqualTo(400);
        assertThat(stream.json().at("/errors/0/pointer").asString()).isEqualTo("Last-Event-ID");
    }

    private static List<String> ids(Answer page) {
        return page.json().get("data").values().stream()
                .map(row -> row.get("id").asString())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {EventClient.ACCEPT, "application/json"})
    void hidesWhatIsOthers(String accept) {
        for (String path : List.of(events, "/api/projects/other/events", "/api/projects/none/events")) {
            assertThat(api.send(api.request(world.bob, path)
                                    .header("Accept", accept)
                                    .GET())
                            .code())
                    .isEqualTo("not_found");
        }
        assertThat(api.send(api.request(ADMIN_KEY, "/api/projects/none/events")
                                .header("Accept", accept)
                                .GET())
                        .code())
                .isEqualTo("not_found");
        assertThat(api.send(api.request("", PROJECT).header("Accept", accept).GET())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void refusesWhatOnlyPagesHave() {
        Answer answer = api.send(api.request(world.alice, events + "?limit=5")
                .header("Accept", EventClient.ACCEPT)
                .GET());

        assertThat(answer.code()).isEqualTo("invalid_request");
    }

    @Test
    void cutsTheStreamsOfARevokedKeyAndNoOthers() {
        Answer made = api.post(ADMIN_KEY, "/api/admin/keys", """
                {"userId": "alice", "projectId": "demo", "role": "user"}""");
        try (var kept = open(world.alice, events);
                var ofRun = open(made.data().get("key").asString(), events);
                var ofProject = open(made.data().get("key").asString(), PROJECT)) {
            awaitIds(ofRun, "1");
            String id = made.data().get("id").asString();
            api.send("DELETE", ADMIN_KEY, "/api/admin/keys/" + id, BodyPublishers.noBody());

            await().until(() -> ofRun.isOver() && ofProject.isOver());
            writing.append(run, "run.started");
            awaitIds(kept, "1", "2");
        }
    }

    @Test
    void cutsTheStreamsOfAKeyThatExpires() {
        String key = World.key(api, "alice", ", \"expiresAt\": \"2099-01-01T00:00:00Z\"");
        try (var client = open(key, events)) {
            awaitIds(client, "1");
            api.database
                    .jdbc()
                    .sql("update api_keys set expires_at = clock_timestamp() where expires_at is not null")
                    .update();

            await().until(client::isOver);
        }
    }

    @Test
    void readsTheStoreForAClientThatWasBehind() {
        int many = 30_000;
        try (var client = open(world.alice, events)) {
            awaitIds(client, "1");
            writing.appendMany(run, many);

            await().atMost(Duration.ofSeconds(60)).until(() -> client.events.size() == many + 1);
            assertThat(client.ids())
                    .isEqualTo(IntStream.rangeClosed(1, many + 1)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    @Test
    void letsAKeyHaveSoManyStreamsAndNoMore() {
        try (var small = RunningApi.beside(api, "--REINS_API_STREAMS_PER_KEY=2", "--reins.streams.heartbeat=50ms")) {
            var first = EventClient.open(small, world.alice, events, "");
            try (var second = EventClient.open(small, world.alice, events, "");
                    var others = EventClient.open(small, ADMIN_KEY, events, "")) {
                Answer answer = stream(small);
                assertThat(answer.code()).isEqualTo("too_many_requests");
                assertThat(answer.header("Retry-After")).isEqualTo("5");
                assertThat(answer.json().get("limit").asInt()).isEqualTo(2);
                assertThat(List.of(second, others)).allMatch(client -> client.response.statusCode() == 200);

                first.close();
                await().until(() -> accepts(small));
            }
        }
    }

    private Answer stream(RunningApi at) {
        return at.send(at.request(world.alice, events)
                .header("Accept", EventClient.ACCEPT)
                .GET());
    }

    private boolean accepts(RunningApi at) {
        try (var again = EventClient.open(at, world.alice, events, "")) {
            return again.response.statusCode() == 200;
        }
    }
}
