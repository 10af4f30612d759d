package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamsTogetherTest {
    private static final String PROJECT = "/api/projects/demo/events";
    private static final Duration LONG = Duration.ofSeconds(120);
    private static RunningApi api;
    private static World world;
    private static EventWriting writing;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
        writing = new EventWriting(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void serve500ClientsOfOneApiEveryEventInOrder() {
        String run = World.run(api, world.alice);
        List<EventClient> ofRun = open(250, world.alice, RUNS + "/" + run + "/events");
        List<EventClient> ofProject = open(250, ADMIN_KEY, PROJECT);
        try {
            for (int i = 0; i < 40; i++) {
                writing.append(run, "step.started");
            }
            var seqs = IntStream.rangeClosed(1, 41).mapToObj(Integer::toString).toList();
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(ofRun).allMatch(client -> client.ids().equals(seqs)));
            List<String> all = allListed();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(ofProject)
                            .allMatch(client -> client.ids().equals(all)));
        } finally {
            ofRun.forEach(EventClient::close);
            ofProject.forEach(EventClient::close);
        }
    }

    private static List<EventClient> open(int count, String key, String path) {
        return IntStream.range(0, count)
                .mapToObj(i -> EventClient.open(api, key, path, ""))
                .toList();
    }

    @Test
    void giveEveryEventOnceInOrderOverReconnectsAndRestartsOfTwoApis() throws Exception {
        int each = 150;
        List<String> runs = List.of(World.run(api, world.bob), World.run(api, world.bob), World.run(api, world.bob));
        int inAll = stored() + runs.size() * each;
        var second = new AtomicReference<>(RunningApi.beside(api));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> ofRuns = runs.stream()
                    .map(run -> threads.submit(reader(second, RUNS + "/" + run + "/events", each + 1)))
                    .toList();
            List<Future<List<String>>> ofProject = IntStream.range(0, 3)
                    .mapToObj(i -> threads.submit(reader(second, PROJECT, inAll)))
                    .toList();
            Future<?> restart = threads.submit(() -> restart(second));
            List<Future<?>> writers = new ArrayList<>();
            runs.forEach(run -> writers.add(threads.submit(() -> write(run, each))));
            for (Future<?> writer : writers) {
                writer.get();
            }
            restart.get();

            var seqs = IntStream.rangeClosed(1, each + 1)
                    .mapToObj(Integer::toString)
                    .toList();
            for (Future<List<String>> seen : ofRuns) {
                assertThat(seen.get()).isEqualTo(seqs);
            }
            for (Future<List<String>> seen : ofProject) {
                assertThat(seen.get()).isEqualTo(allListed());
            }
        } finally {
            second.get().close();
        }
    }

    private static void write(String run, int count) {
        for (int i = 0; i < count; i++) {
            writing.append(run, "step.started");
        }
    }

    /** Its clients are let go at once, and find the other api. */
    private static void restart(AtomicReference<RunningApi> second) {
        RunningApi old = second.getAndSet(api);
        try (var client = EventClient.open(old, ADMIN_KEY, PROJECT, "")) {
            old.close();
            await().until(client::isOver);
        }
        second.set(RunningApi.beside(api));
    }

    /** Breaks off after some events, as often as it takes, and goes on at either api after the last one it took. */
    private static Callable<List<String>> reader(AtomicReference<RunningApi> second, String path, int count) {
        var random = new Random(path.hashCode());
        return () -> {
            List<String> seen = new ArrayList<>();
            while (seen.size() < count) {
                RunningApi at = random.nextBoolean() ? api : second.get();
                int enough = Math.min(count - seen.size(), random.nextInt(40));
                try (var client = EventClient.open(at, ADMIN_KEY, path, seen.isEmpty() ? "" : seen.getLast())) {
                    await().atMost(LONG)
                            .pollInterval(Duration.ofMillis(2))
                            .until(() -> client.events.size() >= enough || client.isOver());
                    seen.addAll(client.ids());
                } catch (UncheckedIOException | IllegalArgumentException stopping) {
                    assertThat(at).isNotSameAs(api);
                }
            }
            return seen;
        };
    }

    private static int stored() {
        return api.database
                .jdbc()
                .sql("select count(*) from events")
                .query(Integer.class)
                .single();
    }

    private static List<String> allListed() {
        return await().until(StreamsTogetherTest::listed, all -> all.size() == stored());
    }

    /** The events of the project in its order, as the list shows them page by page. */
    private static List<String> listed() {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            var page = api.get(ADMIN_KEY, PROJECT + "?limit=100" + cursor).json();
            page.get("data").values().forEach(row -> ids.add(row.get("id").asString()));
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("nextCursor").asString();
        } while (!cursor.isEmpty());
        return ids;
    }
}
