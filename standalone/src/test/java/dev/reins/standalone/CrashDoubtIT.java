package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Workers that are killed while they send requests which must not be sent again. */
class CrashDoubtIT {
    private static final int KILLS = 4;
    private static final int RUNS = 12;
    private static final int STEPS = 15;
    private static final Map<String, Object> SAID = Map.of("said", "by a person");

    private static EffectLedger world;
    private static Stack stack;

    private final long seed = Long.getLong("reins.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void start() {
        world = EffectLedger.start();
        stack = Stack.start();
    }

    @AfterAll
    static void stop() {
        stack.close();
        world.close();
    }

    /** @param outcome what a person says of it */
    private record Doubt(String runId, int step, String outcome, long requestsBefore) {
        String key() {
            return runId + "/" + step;
        }
    }

    @Test
    void requestsInDoubtAreNeverSentAgainUnlessAPersonSaysSo() throws InterruptedException {
        System.out.println("CrashDoubtIT: -Dreins.crash.seed=" + seed);
        SumRuns runs = new SumRuns(
                stack, stack.newUser("unlimited", RUNS * STEPS * SumRuns.PRICE).id());
        Books books = new Books(stack, runs.userId());
        List<String> ids =
                IntStream.range(0, RUNS).mapToObj(run -> runs.start(plan())).toList();
        killWorkers(runs);
        runs.awaitRest();

        assertThat(world.requestsByKey().values()).containsOnly(1L);
        books.assertAgreement();
        List<Doubt> doubts = doubts(runs);
        System.out.println("CrashDoubtIT: " + doubts.size() + " runs in doubt, of which "
                + doubts.stream().filter(doubt -> doubt.requestsBefore() == 1).count() + " requests had arrived");
        assertThat(doubts).hasSizeGreaterThanOrEqualTo(3);

        doubts.forEach(doubt -> resolve(runs, doubt));
        runs.awaitRest();
        assertThat(ids)
                .allSatisfy(
                        id -> assertThat(runs.row(id).path("status").asString()).isEqualTo("completed"));
        assertThat(doubts).allSatisfy(doubt -> assertEndedAsSaid(runs, doubt));
        assertNothingElseWasSentAgain(doubts);
        books.assertClosed();
        assertThat(books.available())
                .isEqualTo(SumRuns.PRICE
                        * doubts.stream()
                                .filter(doubt -> doubt.outcome().equals("skip"))
                                .count());
    }

    private List<Map<String, Object>> plan() {
        return IntStream.rangeClosed(1, STEPS)
                .<Map<String, Object>>mapToObj(
                        step -> Map.of("tool", "http.request", "description", "Send " + step, "params", post(step)))
                .toList();
    }

    private Map<String, Object> post(int step) {
        return Map.of(
                "method", "POST", "url", world.url("/slow/" + random.nextInt(200, 600)), "body", Map.of("n", step));
    }

    /** A kill can leave so many runs in doubt that no more effects come. */
    private void killWorkers(SumRuns runs) throws InterruptedException {
        try (WorkerKiller killer = new WorkerKiller(stack, world, random)) {
            killer.kill(KILLS, RUNS * STEPS, runs::areAtRest, () -> {});
        }
    }

    private List<Doubt> doubts(SumRuns runs) {
        List<String> outcomes = List.of("happened", "retry", "skip");
        List<Map<String, Object>> unknown = stack.sql(
                "select run_id, step_number, held from steps where user_id = ? and status = 'unknown' order by run_id",
                runs.userId());
        assertThat(unknown).extracting("held").containsOnly((long) SumRuns.PRICE);
        assertThat(stack.sql("select id from runs where user_id = ? and status = 'paused'", runs.userId()))
                .hasSameSizeAs(unknown);
        return IntStream.range(0, unknown.size())
                .mapToObj(i -> doubt(unknown.get(i), outcomes.get(i % 3)))
                .peek(doubt -> assertAwaitsAPerson(runs, doubt))
                .toList();
    }

    private Doubt doubt(Map<String, Object> step, String outcome) {
        String runId = (String) step.get("run_id");
        int number = (int) step.get("step_number");
        return new Doubt(runId, number, outcome, requests(runId + "/" + number));
    }

    private static long requests(String key) {
        return world.requestsByKey().getOrDefault(key, 0L);
    }

    private static void assertAwaitsAPerson(SumRuns runs, Doubt doubt) {
        JsonNode row = runs.row(doubt.runId());
        assertThat(row.path("status").asString()).isEqualTo("paused");
        assertThat(row.path("pauseReason").asString()).isEqualTo("unknown_outcome");
        assertThat(row.path("waitingMessage").asString()).contains("happened, retry or skip");
        assertThat(row.path("creditsReserved").asLong()).isEqualTo(SumRuns.PRICE);
        assertThat(call(runs, doubt).path("status").asString()).isEqualTo("unknown");
        RestClient.Answer resume = runs.control(doubt.runId(), "resume", Map.of());
        assertThat(resume.status()).isEqualTo(409);
        assertThat(resume.body().path("code").asString()).isEqualTo("run_state");
    }

    private static JsonNode call(SumRuns runs, Doubt doubt) {
        return runs.toolCalls(doubt.runId()).get(doubt.step() - 1);
    }

    private static void resolve(SumRuns runs, Doubt doubt) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("outcome", doubt.outcome()));
        if (doubt.outcome().equals("happened")) {
            body.put("output", SAID);
        }
        RestClient.Answer answer = runs.control(doubt.runId(), "steps/" + doubt.step() + "/resolve", body);
        assertThat(answer.status()).as(() -> answer.body().toString()).isEqualTo(202);
    }

    private static void assertEndedAsSaid(SumRuns runs, Doubt doubt) {
        JsonNode call = call(runs, doubt);
        String status = call.path("status").asString();
        long sent = requests(doubt.key()) - doubt.requestsBefore();
        switch (doubt.outcome()) {
            case "happened" -> {
                assertThat(status).isEqualTo("completed");
                assertThat(call.path("output").path("said").asString()).isEqualTo("by a person");
                assertThat(call.path("credits").asLong()).isEqualTo(SumRuns.PRICE);
                assertThat(sent).isZero();
            }
            case "retry" -> {
                assertThat(status).isEqualTo("completed");
                assertThat(call.path("output").path("status").asInt()).isEqualTo(200);
                assertThat(call.path("credits").asLong()).isEqualTo(SumRuns.PRICE);
                assertThat(sent).isOne();
            }
            default -> {
                assertThat(status).isEqualTo("cancelled");
                assertThat(call.path("credits").asLong()).isZero();
                assertThat(sent).isZero();
            }
        }
        assertThat(runs.row(doubt.runId()).path("stepCount").asInt()).isEqualTo(STEPS);
    }

    private static void assertNothingElseWasSentAgain(List<Doubt> doubts) {
        Map<String, Long> others = world.requestsByKey();
        doubts.forEach(doubt -> others.remove(doubt.key()));
        assertThat(others).hasSize(RUNS * STEPS - doubts.size());
        assertThat(others.values()).containsOnly(1L);
    }
}
