package dev.reins.standalone;

import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * 50 runs of one user, each of 2 steps of 100 credits, race for what is enough for 37 steps. The store's MoneyRaceTest
 * shows that a version that checks and then acts fails the same test.
 */
class MoneyIT {
    private static final int RUNS = 50;
    private static final int STEPS = 37;
    private static final int PRICE = 100;
    private static final int GRANTED_LATER = 5;

    private static final Stack STACK = Stack.shared();

    @Test
    void exactlyAsManyStepsAreAdmittedAsThereAreCreditsForAndTheAccountsAgreeAtEveryMoment() throws Exception {
        Stack.User user = STACK.newUser("unlimited", STEPS * PRICE);
        MoneyWatch watch =
                MoneyWatch.during(STACK.endpoints().database(), user.id(), () -> spendAndGrantAndSpend(user));
        assertThat(watch.broken()).isEmpty();
        assertThat(watch.looks()).isGreaterThan(50);
    }

    private static void spendAndGrantAndSpend(Stack.User user) throws InterruptedException, ExecutionException {
        List<LiveRun> runs = startTogether(user);
        awaitNoneRunning(user);
        assertSpent(user, STEPS);
        paused(runs).forEach(run -> assertSaysWhy(run.row()));

        grant(user, GRANTED_LATER * PRICE);
        LiveRun halfway = paused(runs).stream() // there is one: an odd number of steps was admitted
                .filter(run -> run.row().path("stepCount").asInt() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(halfway.ask("resume", Map.of()).status()).isEqualTo(202);
        halfway.await("completed");
        paused(runs).forEach(run -> run.ask("resume", Map.of()));
        awaitNoneRunning(user);
        assertSpent(user, STEPS + GRANTED_LATER);

        paused(runs).forEach(run -> run.ask("cancel", Map.of()));
        runs.forEach(run -> run.await(row -> !row.path("finishedAt").isNull(), "its end"));
        assertSpent(user, STEPS + GRANTED_LATER);
    }

    /** So many steps, and nothing reserved any more. */
    private static void assertSpent(Stack.User user, int steps) {
        assertThat(admitted(user)).isEqualTo(steps);
        assertThat(account(user)).containsExactly(steps * PRICE, steps * PRICE, 0, 0);
        assertThat(reserved(user)).isZero();
    }

    private static List<LiveRun> startTogether(Stack.User user) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(RUNS)) {
            List<Future<LiveRun>> starting = IntStream.range(0, RUNS)
                    .mapToObj(run -> threads.submit(
                            () -> LiveRun.start(STACK, user.rest(), plan(echo("first", PRICE), echo("second", PRICE)))))
                    .toList();
            List<LiveRun> started = new ArrayList<>();
            for (Future<LiveRun> run : starting) {
                started.add(run.get());
            }
            return started;
        }
    }

    private static void assertSaysWhy(JsonNode row) {
        assertThat(row.path("pauseReason").asString()).isEqualTo("insufficient_credits");
        assertThat(row.path("waitingMessage").asString())
                .matches("Step would use 100 credits, but only \\d+ are available");
        assertThat(row.path("creditsReserved").asLong()).isZero();
    }

    private static void awaitNoneRunning(Stack.User user) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> statuses(user).keySet().stream()
                        .allMatch(status -> status.equals("paused") || status.equals("completed")));
    }

    private static Map<String, Long> statuses(Stack.User user) {
        return STACK
                .sql("select status, count(*) as runs from runs where user_id = ? group by status", user.id())
                .stream()
                .collect(Collectors.toMap(row -> (String) row.get("status"), row -> (Long) row.get("runs")));
    }

    private static List<LiveRun> paused(List<LiveRun> runs) {
        return runs.stream()
                .filter(run -> run.row().path("status").asString().equals("paused"))
                .toList();
    }

    private static int admitted(Stack.User user) {
        return number("select count(*) as n from admissions where user_id = ?", user);
    }

    private static int reserved(Stack.User user) {
        return number("select coalesce(sum(credits_reserved), 0) as n from runs where user_id = ?", user);
    }

    private static int number(String sql, Stack.User user) {
        return ((Number) STACK.sql(sql, user.id()).getFirst().get("n")).intValue();
    }

    /** Granted, settled, reserved, available. */
    private static List<Integer> account(Stack.User user) {
        JsonNode credits = STACK.admin().get("/api/admin/users/" + user.id() + "/credits");
        return List.of("granted", "settled", "reserved", "available").stream()
                .map(name -> credits.path(name).asInt())
                .toList();
    }

    private static void grant(Stack.User user, int amount) {
        STACK.admin()
                .post("/api/admin/users/" + user.id() + "/credits", Map.of("amount", amount, "reason", "for a test"));
    }
}
