package dev.reins.standalone.demo;

import dev.reins.standalone.rest.RestClient;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One project's runs, started, controlled and read over REST. */
final class RunReader {
    private final RestClient rest;
    private final String runs;

    RunReader(RestClient rest, String projectId) {
        this.rest = rest;
        this.runs = "/api/projects/" + projectId + "/agent-runs";
    }

    /** @return the run's id */
    String start(Map<String, ?> request) {
        return rest.post(runs, request).path("id").asString();
    }

    JsonNode run(String id) {
        return rest.get(runs + "/" + id);
    }

    JsonNode newest(int count) {
        return rest.get(runs + "?limit=" + count);
    }

    JsonNode control(String id, String verb, Map<String, ?> body) {
        return rest.post(runs + "/" + id + "/" + verb + "?wait=15", body);
    }

    List<JsonNode> events(String id) {
        return list(id, "events");
    }

    List<JsonNode> toolCalls(String id) {
        return list(id, "tool-calls");
    }

    List<JsonNode> messages(String id) {
        return list(id, "messages");
    }

    private List<JsonNode> list(String id, String what) {
        return rest.get(runs + "/" + id + "/" + what + "?limit=1000")
                .valueStream()
                .toList();
    }
}
