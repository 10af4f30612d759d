package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** A run of the demo project, whichever door it was started by, as REST shows it and controls it. */
record LiveRun(RestClient rest, String path, String id) {
    private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "terminated");
    private static final Duration LIMIT = Duration.ofSeconds(90);

    static LiveRun of(Stack stack, RestClient rest, String id) {
        return new LiveRun(rest, stack.runs() + "/" + id, id);
    }

    static LiveRun start(Stack stack, RestClient rest, Object body) {
        return of(stack, rest, rest.post(stack.runs(), body).path("id").asString());
    }

    JsonNode row() {
        return rest.get(path);
    }

    String status() {
        return row().path("status").asString();
    }

    boolean isUnknown() {
        return rest.call("GET", path, null, Map.of()).status() == 404;
    }

    /** The row once it has this status; a run that ends otherwise is not waited for. */
    JsonNode await(String status) {
        return await(
                row -> {
                    String now = row.path("status").asString();
                    assertThat(now.equals(status) || !ENDS.contains(now))
                            .as("wanted %s, but it is %s", status, row)
                            .isTrue();
                    return now.equals(status);
                },
                LIMIT);
    }

    /** As {@link #await(String)}, for one that may be in the row again under a later generation. */
    JsonNode await(Predicate<JsonNode> wanted, Duration limit) {
        return Awaitility.await()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(dev.reins.standalone.rest.RestProblem.class)
                .until(this::row, wanted);
    }

    /** @param verb with its query, for example {@code cancel?wait=20} */
    RestClient.Answer ask(String verb) {
        return ask(verb, Map.of());
    }

    RestClient.Answer ask(String verb, Map<String, Object> body) {
        return rest.call("POST", path + "/" + verb, body, Map.of());
    }

    /** @return the receipt of an accepted request */
    JsonNode request(String verb) {
        RestClient.Answer answer = ask(verb);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return answer.data().path("receipt");
    }

    List<JsonNode> receipts() {
        return list("receipts");
    }

    List<JsonNode> receipts(String verb) {
        return receipts().stream()
                .filter(receipt -> receipt.path("verb").asString().equals(verb))
                .toList();
    }

    /** @param count how many receipts of the verb there will be */
    List<JsonNode> awaitReceipts(String verb, int count) {
        return Awaitility.await().atMost(LIMIT).until(() -> receipts(verb), found -> found.size() == count);
    }

    List<JsonNode> toolCalls() {
        return list("tool-calls");
    }

    List<JsonNode> list(String what) {
        return rest.get(path + "/" + what + "?limit=1000").valueStream().toList();
    }

    /** When an event of the type came first. */
    Instant at(String eventType) {
        return list("events").stream()
                .filter(event -> event.path("type").asString().equals(eventType))
                .map(event -> Instant.parse(event.path("at").asString()))
                .findFirst()
                .orElseThrow();
    }

    static boolean isOpen(JsonNode receipt) {
        return receipt.path("effectiveAt").isNull() && receipt.path("refusedAt").isNull();
    }

    /** From request to effect, as the receipt says. */
    static Duration latency(JsonNode receipt) {
        assertThat(receipt.path("effectiveAt").isNull()).as("%s", receipt).isFalse();
        return Duration.between(time(receipt, "requestedAt"), time(receipt, "effectiveAt"));
    }

    static Instant time(JsonNode receipt, String name) {
        return Instant.parse(receipt.path(name).asString());
    }
}
