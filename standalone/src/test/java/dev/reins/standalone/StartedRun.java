package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** A run that was started over REST, as its user sees it. */
final class StartedRun {
    private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "terminated");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);

    private final RestClient rest;
    private final String path;
    private final String id;

    private StartedRun(RestClient rest, String runs, String id) {
        this.rest = rest;
        this.path = runs + "/" + id;
        this.id = id;
    }

    static StartedRun start(Stack stack, RestClient rest, Map<String, Object> body) {
        return of(stack, rest, rest.post(stack.runs(), body).path("id").asString());
    }

    static StartedRun of(Stack stack, RestClient rest, String id) {
        return new StartedRun(rest, stack.runs(), id);
    }

    String id() {
        return id;
    }

    String path() {
        return path;
    }

    JsonNode row() {
        return rest.get(path);
    }

    /** The row with this status; one that has ended otherwise is not waited for. */
    JsonNode await(String status) {
        return await(row -> row.path("status").asString().equals(status), status);
    }

    JsonNode await(Predicate<JsonNode> wanted, String what) {
        return Awaitility.await().atMost(LIMIT).pollInterval(POLL).until(this::row, row -> {
            assertThat(wanted.test(row) || !ENDS.contains(row.path("status").asString()))
                    .as("wanted %s, but it is %s", what, row)
                    .isTrue();
            return wanted.test(row);
        });
    }

    RestClient.Answer control(String verb, Map<String, Object> body) {
        return control(rest, verb, body);
    }

    /** By somebody else. */
    RestClient.Answer control(RestClient by, String verb, Map<String, Object> body) {
        return by.call("POST", path + "/" + verb, body, Map.of());
    }

    List<JsonNode> decisions() {
        return list("guard-decisions");
    }

    List<JsonNode> toolCalls() {
        return list("tool-calls");
    }

    List<JsonNode> messages() {
        return list("messages");
    }

    List<JsonNode> receipts() {
        return list("receipts");
    }

    List<JsonNode> events(String type) {
        return list("events").stream()
                .filter(event -> event.path("type").asString().equals(type))
                .toList();
    }

    private List<JsonNode> list(String what) {
        return rest.get(path + "/" + what + "?limit=1000").valueStream().toList();
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
