package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.run.AgentRun;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Workers that are killed amid workflow tasks in which many steps of the express lane were done: the whole task is done
 * again, and the journal says what was. {@code -Dreins.express.kills=200} kills more often.
 */
class ExpressCrashIT {
    private static final int KILLS = Integer.getInteger("reins.express.kills", 20);

    /** Between two kills, on average, if there are enough at work by then: each of the five lives for 40 s or more. */
    private static final Duration PAUSE = Duration.ofSeconds(8);

    private static final int RUNS_AT_ONCE = 3;
    private static final int STEPS = 60;
    private static final long BUDGET = 10_000_000;
    private static final int OTHERS = 2;
    /** A task's time, a wait for a worker that is gone, and what the next one needs. */
    private static final Duration NEAR_A_KILL = AgentRun.WORKFLOW_TASK.plusMillis(1_500);

    private static final Map<String, Object> QUICK =
            Map.of("lane", "express", "toolTimeoutMs", Map.of("default", 1_000));

    /** How many steps of so many runs were completed, and how many of them in the express lane. */
    static final String LANES = """
            select count(*) as n, count(*) filter (where data ->> 'lane' = 'express') as express
            from events where run_id = any (?) and type = 'step.completed'""";

    private static final double LEAST_EXPRESS = 0.4;

    private final long seed = Long.getLong("reins.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Queue<String> ids = new ConcurrentLinkedQueue<>();
    private final List<Instant> kills = new ArrayList<>();

    @Test
    void noRecordedStepIsCalledAgainNoneIsLostNoneChargedTwiceAndControlStaysFast() throws Exception {
        System.out.println("ExpressCrashIT: -Dreins.crash.seed=" + seed);
        try (EffectLedger world = EffectLedger.start();
                Stack stack = Stack.start("--workers=5")) {
            world.takes(20, 120);
            Map<String, Object> limits =
                    Map.of("lane", "express", "toolTimeoutMs", Map.of("http", 1_000), "maxSteps", STEPS);
            SumRuns runs = new SumRuns(stack, stack.newUser("unlimited", BUDGET).id(), limits);
            Books books = new Books(stack, runs.userId());
            List<Map<String, Object>> plan = SumRuns.plan(world, STEPS);
            String undisturbed = runs.start(plan);
            runs.awaitRest();
            assertThat(runs.row(undisturbed).path("status").asString()).isEqualTo("completed");

            List<Alongside> working = Collections.nCopies(RUNS_AT_ONCE, () -> work(runs, plan));
            RandomControl control = RandomControl.during(
                    stack, QUICK, random, () -> Alongside.repeat(working, () -> kill(stack, world, books)));

            SumRuns.Story expected = runs.story(undisturbed);
            assertThat(expected.calls()).hasSize(STEPS).last().asString().endsWith("sum " + STEPS * (STEPS + 1) / 2);
            assertThat(ids).allSatisfy(id -> assertThat(runs.story(id)).isEqualTo(expected));
            assertThat(world.effects()).isEqualTo(keys(Stream.concat(Stream.of(undisturbed), ids.stream())));
            assertThat(world.requestsThatDiffer()).isEmpty();
            assertNoRecordedStepWasCalledAgain(stack, runs.userId(), world);
            books.assertClosed();
            assertThat(books.available()).isEqualTo(BUDGET - (ids.size() + 1L) * STEPS * SumRuns.PRICE);
            report(world, books);
            assertMostWentTheExpressLane(stack);
            control.assertNothingLost();
            System.out.println(
                    "ExpressCrashIT: " + ids.size() + " runs, " + timeouts(stack) + " workflow tasks timed out");
            List.of("pause", "resume", "cancel").forEach(verb -> System.out.println(control.latencies(verb)));
            control.latencies("pause", "cancel").assertWithinTwoSecondsAtP95();
            assertEvenThoseThatMeetAKillAreHeard(control);
        }
    }

    private void work(SumRuns runs, List<Map<String, Object>> plan) {
        String id = runs.start(plan);
        ids.add(id);
        runs.awaitEnd(id);
    }

    private void kill(Stack stack, EffectLedger world, Books books) throws InterruptedException {
        try (WorkerKiller killer = new WorkerKiller(stack, world, random)) {
            killer.killEvery(PAUSE, KILLS, OTHERS, books::assertAgreement);
            assertThat(killer.kills()).isEqualTo(KILLS);
            kills.addAll(killer.moments());
        }
    }

    private long timeouts(Stack stack) {
        return ids.stream()
                .mapToLong(run -> new TemporalHistory(stack, run).count("EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT"))
                .sum();
    }

    /** What is killed here would be the activity lane otherwise. */
    private void assertMostWentTheExpressLane(Stack stack) {
        Map<String, Object> steps =
                stack.sql(LANES, (Object) ids.toArray(String[]::new)).getFirst();
        System.out.println("ExpressCrashIT: steps " + steps);
        assertThat(((Number) steps.get("express")).doubleValue())
                .as("%s", steps)
                .isGreaterThan(LEAST_EXPRESS * ((Number) steps.get("n")).doubleValue());
    }

    /** Most requests meet no kill; a twentieth of those near one is about a third of those that do. */
    private void assertEvenThoseThatMeetAKillAreHeard(RandomControl control) {
        Latencies near = control.latenciesNear(kills, AgentRun.WORKFLOW_TASK, "pause", "cancel");
        System.out.println(near);
        assertThat(near.sorted()).hasSizeGreaterThan(KILLS);
        assertThat(near.percentile(95)).as("%s", near).isLessThanOrEqualTo(NEAR_A_KILL);
    }

    private static Set<String> keys(Stream<String> runs) {
        return runs.flatMap(run -> IntStream.rangeClosed(1, STEPS).mapToObj(step -> run + "/" + step))
                .collect(Collectors.toSet());
    }

    private static void assertNoRecordedStepWasCalledAgain(Stack stack, String userId, EffectLedger world) {
        Map<String, Instant> recorded = new HashMap<>();
        stack.sql("select run_id, step_number, finished_at from steps where user_id = ?", userId)
                .forEach(row -> recorded.put(
                        row.get("run_id") + "/" + row.get("step_number"),
                        ((Timestamp) row.get("finished_at")).toInstant()));
        assertThat(world.entries())
                .allSatisfy(entry -> assertThat(entry.at).as("%s", entry).isBeforeOrEqualTo(recorded.get(entry.key)));
    }

    /** Kills that no step noticed would prove nothing. */
    private static void report(EffectLedger world, Books books) {
        int again = world.entries().size() - world.effects().size();
        System.out.println("ExpressCrashIT: " + world.effects().size() + " effects, " + again
                + " requests sent again, " + books.takeovers() + " steps taken over, " + books.lateResults()
                + " late results");
        assertThat(again).isPositive();
    }
}
