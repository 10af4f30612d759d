package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The api is killed while runs are started, and then everything while they are under way. */
class CrashRestartIT {
    /** Started around the death of the api, and before the death of everything. */
    private static final int EARLIER = 6;

    private static final int LATER = 6;
    private static final int RUNS = EARLIER + LATER;
    private static final int STEPS = 30;
    private static final Duration BACK = Duration.ofMinutes(2);

    private final long seed = Long.getLong("reins.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path home;

    @Test
    void runsGoOnWhenTheApiAndThenEverythingIsKilledAndStartedAgain() throws IOException {
        System.out.println("CrashRestartIT: -Dreins.crash.seed=" + seed);
        try (EffectLedger world = EffectLedger.start()) {
            List<Map<String, Object>> plan = SumRuns.plan(world, STEPS);
            Left left = killApiAndThenEverything(world, plan);
            try (Stack again = Stack.startIn(home)) {
                SumRuns runs = new SumRuns(again, left.userId());
                assertThat(runs.row(left.paused()).path("status").asString()).isEqualTo("paused");
                assertThat(runs.control(left.paused(), "resume", Map.of()).status())
                        .isEqualTo(202);
                runs.awaitRest();
                assertEndedAsUndisturbed(runs, left);
                assertThat(world.effects()).hasSize((RUNS + 1) * STEPS);
                assertThat(world.requestsThatDiffer()).isEmpty();
                Books books = new Books(again, left.userId());
                books.assertClosed();
                assertThat(books.available()).isZero();
            }
        }
    }

    /** What the killed Reins has left to its successor. */
    private record Left(String userId, SumRuns.Story expected, List<String> ids, String paused) {}

    private Left killApiAndThenEverything(EffectLedger world, List<Map<String, Object>> plan) {
        try (Stack stack = Stack.startIn(home)) {
            SumRuns runs = new SumRuns(
                    stack,
                    stack.newUser("unlimited", (RUNS + 1) * STEPS * SumRuns.PRICE)
                            .id());
            String undisturbed = runs.start(plan);
            runs.awaitRest();
            SumRuns.Story expected = runs.story(undisturbed);

            List<String> ids = startWhileTheApiIsKilled(stack, world, runs, plan);
            String paused = startAndPause(world, runs, plan);
            ids.add(paused);
            int moment = world.effects().size() + random.nextInt(10, (LATER - 1) * STEPS / 2);
            IntStream.range(1, LATER).forEach(run -> ids.add(runs.start(plan)));
            Awaitility.await().atMost(BACK).until(() -> world.effects().size() >= moment);
            new Books(stack, runs.userId()).assertAgreement();
            stack.kill9Everything();
            return new Left(runs.userId(), expected, ids, paused);
        }
    }

    /** Asked in the middle of its first step. */
    private static String startAndPause(EffectLedger world, SumRuns runs, List<Map<String, Object>> plan) {
        world.holdAdditions();
        String paused = runs.start(plan);
        Awaitility.await().atMost(BACK).until(() -> world.effects().contains(paused + "/1"));
        assertThat(runs.control(paused, "pause", Map.of()).status()).isEqualTo(202);
        world.release("/add");
        Awaitility.await()
                .atMost(BACK)
                .until(() -> runs.row(paused).path("status").asString().equals("paused"));
        return paused;
    }

    /** Who gets no answer asks again with the same key: there are as many runs as were asked for. */
    private List<String> startWhileTheApiIsKilled(
            Stack stack, EffectLedger world, SumRuns runs, List<Map<String, Object>> plan) {
        List<String> ids = new ArrayList<>(List.of(runs.start(plan), runs.start(plan)));
        int before = world.effects().size();
        int asked = random.nextInt(1, EARLIER - 2);
        IntStream.range(0, asked).forEach(run -> ids.add(runs.start(plan)));
        CompletableFuture<Void> kill = killSoon(stack.endpoints().pids().api());
        ids.add(startInTheEnd(runs, plan));
        kill.join();
        while (ids.size() < EARLIER) {
            ids.add(startInTheEnd(runs, plan));
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(stack.sql("select id from runs where user_id = ?", runs.userId()))
                .hasSize(EARLIER + 1);
        Awaitility.await().atMost(BACK).until(() -> world.effects().size() > before);
        return ids;
    }

    private CompletableFuture<Void> killSoon(long pid) {
        Executor soon = CompletableFuture.delayedExecutor(random.nextInt(30), TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(() -> Stack.kill9(pid), soon);
    }

    private static String startInTheEnd(SumRuns runs, List<Map<String, Object>> plan) {
        String key = UUID.randomUUID().toString();
        return Awaitility.await()
                .atMost(BACK)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> runs.tryStart(plan, key), Optional::isPresent)
                .orElseThrow();
    }

    private static void assertEndedAsUndisturbed(SumRuns runs, Left left) {
        List<String> others =
                left.ids().stream().filter(id -> !id.equals(left.paused())).toList();
        assertThat(others).allSatisfy(id -> assertThat(runs.story(id)).isEqualTo(left.expected()));
        SumRuns.Story paused = runs.story(left.paused());
        assertThat(paused.status()).isEqualTo(left.expected().status());
        assertThat(paused.calls()).isEqualTo(left.expected().calls());
    }
}
