package dev.reins.standalone;

import static dev.reins.standalone.Plans.get;
import static dev.reins.standalone.Plans.limited;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * 40 runs of one user want 2 steps each, four times what the limit of 20 a minute lets through in one window, of two
 * worker processes. Three windows are awaited; what waits for the fourth is cancelled. The store's RateRaceTest shows
 * that a version that checks and then acts fails the same test.
 */
class RateIT {
    private static final int LIMIT = 20;
    private static final int RUNS = 40;
    private static final int ADMITTED = 3 * LIMIT;
    private static final Duration WINDOW = Duration.ofSeconds(60);
    /** Within which a place must be claimed, and so how far one may come before an earlier one. */
    private static final Duration LAPSE = Duration.ofSeconds(2);

    private static final Stack STACK = Stack.shared();
    private static final EffectLedger WORLD = EffectLedger.start();

    @AfterAll
    static void closeWorld() {
        WORLD.close();
    }

    /** A step as the store remembers it. */
    private record Step(String key, Instant askedAt, Instant admittedAt, boolean waited) {}

    @Test
    void neverMoreThanTheLimitInAnyMinuteFirstComeFirstServedNoneLost() throws Exception {
        Stack.User user = STACK.newUser("pro", 10_000);
        List<LiveRun> runs = startTogether(user);
        Awaitility.await()
                .atMost(Duration.ofSeconds(240))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> WORLD.effects().size() >= ADMITTED);
        LiveRun last = aWaiting(runs);
        last.await(row -> row.path("waitingFor").asString("").equals("rate_limit"), "to wait");
        runs.forEach(run -> run.ask("cancel", Map.of()));
        runs.forEach(run -> run.await(row -> !row.path("finishedAt").isNull(), "its end"));

        List<Step> admitted = admitted(user);
        assertNoneLost(user, admitted);
        assertWithinLimit(admitted);
        assertFirstComeFirstServed(admitted);
        assertFewAdmissionCalls(user);
        assertThat(performers(runs)).as("workers that performed steps").hasSize(2);
    }

    private static List<LiveRun> startTogether(Stack.User user) throws InterruptedException, ExecutionException {
        Map<String, Object> limits = Map.of("ratePerMinute", Map.of("http", LIMIT));
        try (ExecutorService threads = Executors.newFixedThreadPool(RUNS)) {
            List<Future<LiveRun>> starting = IntStream.range(0, RUNS)
                    .mapToObj(run -> threads.submit(() -> LiveRun.start(
                            STACK,
                            user.rest(),
                            limited(limits, get(WORLD.url("/ok/first")), get(WORLD.url("/ok/second"))))))
                    .toList();
            List<LiveRun> started = new ArrayList<>();
            for (Future<LiveRun> run : starting) {
                started.add(run.get());
            }
            return started;
        }
    }

    private static LiveRun aWaiting(List<LiveRun> runs) {
        return runs.stream()
                .filter(run -> run.row().path("finishedAt").isNull())
                .findFirst()
                .orElseThrow();
    }

    private static List<Step> admitted(Stack.User user) {
        return STACK.sql("""
                        select s.run_id || '/' || s.step_number as key, s.asked_at, a.admitted_at,
                            exists (select from guard_decisions d where d.run_id = s.run_id
                                    and d.step_number = s.step_number and d.verdict = 'waiting') as waited
                        from steps s join admissions a using (run_id, step_number) where s.user_id = ?
                        order by s.asked_at""", user.id()).stream()
                .map(row -> new Step(
                        (String) row.get("key"),
                        instant(row.get("asked_at")),
                        instant(row.get("admitted_at")),
                        (Boolean) row.get("waited")))
                .toList();
    }

    private static Instant instant(Object timestamp) {
        return ((java.sql.Timestamp) timestamp).toInstant();
    }

    /** Each admitted step was performed once; those that were still waiting have gone with their places. */
    private static void assertNoneLost(Stack.User user, List<Step> admitted) {
        assertThat(admitted).hasSizeBetween(ADMITTED, ADMITTED + LIMIT);
        assertThat(WORLD.requestsByKey()).hasSize(admitted.size()).containsValues(1L);
        assertThat(admitted).extracting(Step::key).containsExactlyInAnyOrderElementsOf(WORLD.effects());
        assertThat(STACK.sql("select status from steps where user_id = ? and status <> 'completed'", user.id()))
                .isEmpty();
        assertThat(STACK.sql("select place from rate_places where user_id = ?", user.id()))
                .isEmpty();
    }

    /** As the store wrote it down exactly, and as the world saw it: there the way of each call is added. */
    private static void assertWithinLimit(List<Step> admitted) {
        List<Instant> times = admitted.stream().map(Step::admittedAt).sorted().toList();
        assertThat(shortestSpanOfOneTooMany(times)).isGreaterThanOrEqualTo(WINDOW);

        Map<String, Instant> admittedAt = new HashMap<>();
        admitted.forEach(step -> admittedAt.put(step.key(), step.admittedAt()));
        Duration longestWay = WORLD.entries().stream()
                .map(entry -> Duration.between(admittedAt.get(entry.key), entry.at))
                .max(Duration::compareTo)
                .orElseThrow();
        assertThat(longestWay).isLessThan(WINDOW.dividedBy(2));
        List<Instant> arrivals =
                WORLD.entries().stream().map(entry -> entry.at).sorted().toList();
        assertThat(shortestSpanOfOneTooMany(arrivals)).isGreaterThan(WINDOW.minus(longestWay));
    }

    private static Duration shortestSpanOfOneTooMany(List<Instant> times) {
        return IntStream.range(LIMIT, times.size())
                .mapToObj(i -> Duration.between(times.get(i - LIMIT), times.get(i)))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    /** Who asked later was not admitted earlier, but for the timers of neighbours: those fire at their slots, some ms apart. */
    private static void assertFirstComeFirstServed(List<Step> inOrderOfAsking) {
        List<Step> waited = inOrderOfAsking.stream().filter(Step::waited).toList();
        assertThat(waited).hasSizeGreaterThanOrEqualTo(ADMITTED - LIMIT);
        Instant latest = Instant.EPOCH;
        for (Step step : waited) {
            assertThat(step.admittedAt()).as("%s in %s", step, waited).isAfter(latest.minus(LAPSE));
            latest = step.admittedAt().isAfter(latest) ? step.admittedAt() : latest;
        }
    }

    private static void assertFewAdmissionCalls(Stack.User user) {
        Map<String, Object> counted = STACK.sql("""
                select count(*) as calls, count(distinct (d.run_id, d.step_number)) as steps
                from guard_decisions d join runs r on r.id = d.run_id
                where r.user_id = ? and (d.guard is null or d.guard = 'rate')""", user.id()).getFirst();
        long calls = (Long) counted.get("calls");
        long steps = (Long) counted.get("steps");
        System.out.printf("rate: %d admission calls for %d steps%n", calls, steps);
        assertThat(calls).isLessThan(3 * steps);
    }

    /** The identities under which Temporal knows who performed the runs' steps; one of each run is enough to tell. */
    private static List<String> performers(List<LiveRun> runs) {
        List<String> identities = new ArrayList<>();
        for (LiveRun run : runs) {
            for (String identity : new TemporalHistory(STACK, run.id()).activityWorkers()) {
                if (!identities.contains(identity)) {
                    identities.add(identity);
                }
            }
            if (identities.size() > 1) {
                break;
            }
        }
        return identities;
    }
}
