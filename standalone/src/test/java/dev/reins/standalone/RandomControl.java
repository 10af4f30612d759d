package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Runs of a user of their own that are paused, resumed and in the end cancelled over REST at random moments, whatever goes on
 * meanwhile. Each is asked for one thing at a time, several runs are at once.
 */
final class RandomControl {
    private static final int RUNS_AT_ONCE = 4;
    private static final int PAUSES = 3;
    private static final int LONGEST_GAP_MS = 1_500;
    private static final Duration IN_THE_END = Duration.ofSeconds(60);

    /** They last for so long that no run ends by itself. */
    private static final Object[] STEPS =
            IntStream.range(0, 400).mapToObj(i -> Plans.delay(20 + i)).toArray();

    private final Stack stack;
    private final Map<String, Object> limits;
    private final Stack.User user;
    private final Queue<JsonNode> receipts = new ConcurrentLinkedQueue<>();
    private final Queue<LiveRun> runs = new ConcurrentLinkedQueue<>();

    private RandomControl(Stack stack, Map<String, Object> limits) {
        this.stack = stack;
        this.limits = limits;
        this.user = stack.newUser("unlimited", 1);
    }

    /** Controls runs until the other thing is done, then lets each come to its cancellation. */
    static RandomControl during(Stack stack, Map<String, Object> limits, Random random, Alongside meanwhile)
            throws Exception {
        RandomControl control = new RandomControl(stack, limits);
        List<Alongside> controlling = Stream.generate(() -> control.oneRun(new Random(random.nextLong())))
                .limit(RUNS_AT_ONCE)
                .toList();
        Alongside.repeat(controlling, meanwhile);
        return control;
    }

    private Alongside oneRun(Random random) {
        return () -> control(LiveRun.start(stack, user.rest(), Plans.limited(limits, STEPS)), random);
    }

    private void control(LiveRun run, Random random) throws InterruptedException {
        runs.add(run);
        run.await(row -> row.path("stepCount").asInt() > 0, IN_THE_END);
        for (int i = 0; i < PAUSES; i++) {
            awaitAnyMoment(random);
            request(run, "pause");
            assertThat(run.status()).isEqualTo("paused");
            request(run, "resume");
        }
        awaitAnyMoment(random);
        request(run, "cancel");
    }

    /** What is asked for must not come in step with the run. */
    private static void awaitAnyMoment(Random random) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_GAP_MS));
    }

    private void request(LiveRun run, String verb) {
        RestClient.Answer answer = run.ask(verb + "?wait=30");
        assertThat(answer.status()).as("%s: %s", verb, answer.body()).isEqualTo(202);
        String id = answer.data().path("receipt").path("id").asString();
        receipts.add(
                Awaitility.await().atMost(IN_THE_END).until(() -> receipt(run, id), found -> !LiveRun.isOpen(found)));
    }

    private static JsonNode receipt(LiveRun run, String id) {
        return run.receipts().stream()
                .filter(receipt -> receipt.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** From request to effect, of these verbs together. */
    Latencies latencies(String... verbs) {
        return latencies(List.of(verbs), "", receipt -> true);
    }

    /** The same of requests that were open at one of these moments, or were made within so long after it. */
    Latencies latenciesNear(List<Instant> moments, Duration after, String... verbs) {
        return latencies(
                List.of(verbs),
                " near a kill",
                receipt -> moments.stream()
                        .anyMatch(moment -> LiveRun.time(receipt, "requestedAt").isBefore(moment.plus(after))
                                && LiveRun.time(receipt, "effectiveAt").isAfter(moment)));
    }

    private Latencies latencies(List<String> verbs, String which, Predicate<JsonNode> wanted) {
        return Latencies.of(
                String.join(" and ", verbs) + which,
                receipts.stream()
                        .filter(receipt -> verbs.contains(LiveRun.text(receipt, "verb")))
                        .filter(wanted)
                        .map(LiveRun::latency)
                        .toList());
    }

    /** Every request was counted once and did what it asked for, and every run is where the last one wanted it. */
    void assertNothingLost() {
        List<Map<String, Object>> stored = stack.sql(
                "select c.effective_at from control_receipts c join runs r on r.id = c.run_id where r.user_id = ?",
                user.id());
        assertThat(stored).hasSize(receipts.size()).noneMatch(row -> row.get("effective_at") == null);
        assertThat(runs).allSatisfy(run -> assertThat(run.status()).isEqualTo("cancelled"));
    }
}
