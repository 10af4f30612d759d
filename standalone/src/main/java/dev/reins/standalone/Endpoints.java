package dev.reins.standalone;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where everything is, as {@code endpoints.json} says it to programs.
 *
 * @param api a URL
 * @param temporal host:port
 * @param temporalUi a URL, null where an existing Temporal is used
 * @param database as {@code --database-url} takes it
 * @param agents ids by name
 */
public record Endpoints(
        String api,
        String temporal,
        @Nullable String temporalUi,
        String database,
        String projectId,
        String adminKey,
        String userKey,
        String userId,
        Map<String, String> agents,
        Pids pids) {
    static final String FILE = "endpoints.json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The processes; null what is not ours. */
    public record Pids(
            List<Long> workers,
            @Nullable Long api,
            @Nullable Long temporal,
            @Nullable Long database) {}

    void write(Home home) {
        home.writePrivately(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }

    /** The pids of a file that a killed supervisor has left behind. */
    static List<Long> pidsLeftIn(Home home) {
        return home.read(FILE).flatMap(Endpoints::tree).map(Endpoints::pids).orElse(List.of());
    }

    private static Optional<JsonNode> tree(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static List<Long> pids(JsonNode endpoints) {
        JsonNode pids = endpoints.path("pids");
        Stream<JsonNode> single = Stream.of(pids.path("api"), pids.path("temporal"), pids.path("database"));
        return Stream.concat(pids.path("workers").valueStream(), single)
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::asLong)
                .toList();
    }
}
