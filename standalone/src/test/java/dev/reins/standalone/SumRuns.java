package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Runs of one user whose every step has the effect ledger add a number to the sum that the step before it got: a step that
 * is lost, made up or out of order shows in all sums after it.
 */
final class SumRuns {
    /** What a request costs. */
    static final int PRICE = 10;

    private static final Duration END = Duration.ofMinutes(8);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Stack stack;
    private final RestClient rest;
    private final String userId;
    private final Map<String, Object> limits;

    SumRuns(Stack stack, String userId) {
        this(stack, userId, Map.of());
    }

    SumRuns(Stack stack, String userId, Map<String, Object> limits) {
        this.stack = stack;
        this.rest = stack.admin();
        this.userId = userId;
        this.limits = limits;
    }

    /** Requests that may be sent again: PUT and POST by turns. */
    static List<Map<String, Object>> plan(EffectLedger world, int steps) {
        return IntStream.rangeClosed(1, steps)
                .mapToObj(step -> step(step, world.url("/add")))
                .toList();
    }

    private static Map<String, Object> step(int step, String url) {
        Object before = step == 1 ? 0 : Map.of("$from", Map.of("step", step - 1, "pointer", "/body/sum"));
        Map<String, Object> body = Map.of("sum", before, "value", step);
        Map<String, Object> params = step % 2 == 0
                ? Map.of("method", "PUT", "url", url, "body", body)
                : Map.of("method", "POST", "url", url, "body", body, "idempotent", true);
        return Map.of("tool", "http.request", "description", "Add " + step, "params", params);
    }

    /** @return the run's id */
    String start(List<Map<String, Object>> plan) {
        return tryStart(plan, UUID.randomUUID().toString()).orElseThrow();
    }

    /** Empty if the api is not there to answer. */
    Optional<String> tryStart(List<Map<String, Object>> plan, String idempotencyKey) {
        try {
            RestClient.Answer answer = rest.call(
                    "POST",
                    stack.runs(),
                    Map.of("userId", userId, "plan", plan, "limits", limits),
                    Map.of("Idempotency-Key", idempotencyKey));
            if (answer.status() == 503) {
                return Optional.empty();
            }
            assertThat(answer.status()).as(() -> answer.body().toString()).isEqualTo(201);
            return Optional.of(answer.data().path("id").asString());
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    JsonNode row(String id) {
        return rest.get(stack.runs() + "/" + id);
    }

    RestClient.Answer control(String id, String verb, Map<String, ?> body) {
        return rest.call("POST", stack.runs() + "/" + id + "/" + verb, body, Map.of());
    }

    List<JsonNode> toolCalls(String id) {
        return list(id, "tool-calls");
    }

    private List<JsonNode> list(String id, String what) {
        return rest.get(stack.runs() + "/" + id + "/" + what + "?limit=1000")
                .valueStream()
                .toList();
    }

    /** What a run did and got, without what differs between two runs that go alike: ids, times, attempts. */
    record Story(
            JsonNode status,
            JsonNode stopReason,
            int stepCount,
            long credits,
            List<String> calls,
            List<String> events) {}

    Story story(String id) {
        JsonNode row = row(id);
        return new Story(
                row.path("status"),
                row.path("stopReason"),
                row.path("stepCount").asInt(),
                row.path("creditsUsed").asLong(),
                toolCalls(id).stream().map(SumRuns::outline).toList(),
                list(id, "events").stream()
                        .map(event -> event.path("seq") + " "
                                + event.path("type").asString() + " " + event.path("stepNumber"))
                        .toList());
    }

    private static String outline(JsonNode call) {
        return Stream.of("stepNumber", "status", "credits", "input")
                        .map(name -> name + " " + call.path(name))
                        .toList()
                + " sum " + call.path("output").path("body").path("sum");
    }

    /** Waits until no run of the user is under way any more, paused ones aside. */
    void awaitRest() {
        Awaitility.await().atMost(END).pollInterval(POLL).until(this::areAtRest);
    }

    /** Waits until this one has ended. */
    void awaitEnd(String id) {
        Awaitility.await()
                .atMost(END)
                .pollInterval(POLL)
                .until(() -> !row(id).path("finishedAt").isNull());
    }

    boolean areAtRest() {
        return stack.sql(
                        "select id from runs where user_id = ? and finished_at is null and status <> 'paused' limit 1",
                        userId)
                .isEmpty();
    }

    String userId() {
        return userId;
    }
}
