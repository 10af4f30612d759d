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

    /** @return the one that the body starts */
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
        return await(row -> text(row, "status").equals(status), status);
    }

    /** The row as wanted; a run that has ended otherwise is not waited for. */
    JsonNode await(Predicate<JsonNode> wanted, String what) {
        return await(
                row -> {
                    assertThat(wanted.test(row)
                                    || !ENDS.contains(row.path("status").asString()))
                            .as("wanted %s, but it is %s", what, row)
                            .isTrue();
                    return wanted.test(row);
                },
                LIMIT);
    }

    /** As wanted in the end, even if the run has ended before, as under an earlier generation. */
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
        return askAs(rest, verb, body);
    }

    /** By somebody else. */
    RestClient.Answer askAs(RestClient by, String verb, Map<String, Object> body) {
        return by.call("POST", path + "/" + verb, body, Map.of());
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
                .filter(receipt -> text(receipt, "verb").equals(verb))
                .toList();
    }

    /** @param count how many receipts of the verb there will be */
    List<JsonNode> awaitReceipts(String verb, int count) {
        return Awaitility.await().atMost(LIMIT).until(() -> receipts(verb), found -> found.size() == count);
    }

    List<JsonNode> toolCalls() {
        return list("tool-calls");
    }

    List<JsonNode> messages() {
        return list("messages");
    }

    List<JsonNode> decisions() {
        return list("guard-decisions");
    }

    List<JsonNode> events(String type) {
        return list("events").stream()
                .filter(event -> text(event, "type").equals(type))
                .toList();
    }

    List<JsonNode> list(String what) {
        return rest.get(path + "/" + what + "?limit=1000").valueStream().toList();
    }

    /** When an event of the type came first. */
    Instant at(String eventType) {
        return time(events(eventType).getFirst(), "at");
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

    /** A resume that was refused, and how much is lacking. */
    static void assertNoRoom(RestClient.Answer answer, int steps, long credits) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(409);
        assertThat(text(answer.body(), "code")).isEqualTo("no_room");
        assertThat(answer.body().path("needed").path("steps").asInt(-1)).isEqualTo(steps);
        assertThat(answer.body().path("needed").path("credits").asLong(-1)).isEqualTo(credits);
    }

    /** Empty where there is none. */
    static String text(JsonNode node, String name) {
        return node.path(name).asString("");
    }
}
