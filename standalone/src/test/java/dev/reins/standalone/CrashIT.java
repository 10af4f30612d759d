package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Workers that are killed while they send requests which may be sent again. */
class CrashIT {
    private static final int KILLS = 50;
    private static final int RUNS = 20;
    private static final int STEPS = 40;

    private final long seed = Long.getLong("reins.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void runsEndAsUndisturbedOnesWhenWorkersAreKilledAtFiftyRandomMoments() throws InterruptedException {
        System.out.println("CrashIT: -Dreins.crash.seed=" + seed);
        try (EffectLedger world = EffectLedger.start();
                Stack stack = Stack.start("--workers=7")) {
            long budget = (RUNS + 1) * STEPS * SumRuns.PRICE;
            SumRuns runs = new SumRuns(stack, stack.newUser("unlimited", budget).id());
            Books books = new Books(stack, runs.userId());
            List<Map<String, Object>> plan = SumRuns.plan(world, STEPS);
            String undisturbed = runs.start(plan);
            runs.awaitRest();

            List<String> ids =
                    IntStream.range(0, RUNS).mapToObj(run -> runs.start(plan)).toList();
            killWorkers(stack, world, books);
            assertThat(runs.areAtRest()).isFalse();
            runs.awaitRest();

            SumRuns.Story expected = runs.story(undisturbed);
            assertThat(expected.calls()).hasSize(STEPS).last().asString().endsWith("sum " + STEPS * (STEPS + 1) / 2);
            assertThat(ids).allSatisfy(id -> assertThat(runs.story(id)).isEqualTo(expected));
            assertThat(world.effects()).isEqualTo(keys(Stream.concat(Stream.of(undisturbed), ids.stream())));
            assertThat(world.requestsThatDiffer()).isEmpty();
            books.assertClosed();
            assertThat(books.available()).isZero();
            report(world, books);
        }
    }

    private void killWorkers(Stack stack, EffectLedger world, Books books) throws InterruptedException {
        try (WorkerKiller killer = new WorkerKiller(stack, world, random)) {
            int reserve = 4 * RUNS; // left to do after the last kill, so that it too meets work under way
            killer.kill(KILLS, (RUNS + 1) * STEPS - reserve, () -> false, books::assertAgreement);
            assertThat(killer.kills()).isEqualTo(KILLS);
        }
    }

    private static Set<String> keys(Stream<String> runs) {
        return runs.flatMap(run -> IntStream.rangeClosed(1, STEPS).mapToObj(step -> run + "/" + step))
                .collect(Collectors.toSet());
    }

    /** Kills that no step noticed would prove nothing. */
    private static void report(EffectLedger world, Books books) {
        int again = world.entries().size() - world.effects().size();
        System.out.println("CrashIT: " + world.effects().size() + " effects, " + again + " requests sent again, "
                + books.takeovers() + " steps taken over, " + books.lateResults() + " late results");
        assertThat(again).isPositive();
        assertThat(books.takeovers()).isGreaterThanOrEqualTo(again);
    }
}
