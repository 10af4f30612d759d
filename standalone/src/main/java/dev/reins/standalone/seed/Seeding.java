package dev.reins.standalone.seed;

import dev.reins.standalone.Home;
import dev.reins.standalone.rest.RestClient;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Makes the demo project, its user with credits, keys and agents, as far as they are not there yet. */
public final class Seeding {
    public static final String PROJECT = "demo";
    public static final String USER = "demo-user";

    private static final int CREDITS = 1_000_000;

    private final Home home;
    private final URI api;
    private final RestClient admin;
    private final String trackerUrl;
    private Credentials credentials;

    public Seeding(Home home, URI api, Credentials credentials, String trackerUrl) {
        this.home = home;
        this.api = api;
        this.admin = new RestClient(api, credentials.adminKey());
        this.trackerUrl = trackerUrl;
        this.credentials = credentials;
    }

    /**
     * What there is now.
     *
     * @param agents ids by name
     */
    public record Seeded(String adminKey, String userKey, Map<String, String> agents) {}

    public Seeded seed() {
        project();
        user();
        String userKey = userKey();
        Map<String, String> agents = new LinkedHashMap<>();
        for (DemoAgent agent : DemoAgent.all(trackerUrl)) {
            agents.put(agent.name(), agent(agent.name(), definition(agent)));
        }
        return new Seeded(credentials.adminKey(), userKey, agents);
    }

    private void project() {
        if (find("/api/admin/projects", "id", PROJECT).isEmpty()) {
            admin.post("/api/admin/projects", Map.of("id", PROJECT, "name", "Demo"));
        }
    }

    private void user() {
        String path = "/api/admin/users/" + USER;
        RestClient.Answer known = admin.call("GET", path, null, Map.of());
        if (known.status() == 404) {
            admin.put(path, Map.of("tier", "pro"));
        }
        if (admin.get(path + "/credits").path("granted").asLong() == 0) {
            admin.post(path + "/credits", Map.of("amount", CREDITS, "reason", "for the demo"));
        }
    }

    /** The key that is kept, if it still opens the project (with another database it does not); else a new one. */
    private String userKey() {
        String kept = credentials.userKey();
        if (kept != null && opens(kept)) {
            return kept;
        }
        JsonNode made = admin.post("/api/admin/keys", Map.of("userId", USER, "projectId", PROJECT, "role", "user"));
        String key = made.path("key").asString();
        credentials = credentials.withUserKey(key, home);
        return key;
    }

    private boolean opens(String key) {
        String path = "/api/projects/" + PROJECT + "/agent-runs?limit=1";
        return new RestClient(api, key).call("GET", path, null, Map.of()).status() == 200;
    }

    /** Instructions are brought up to date because the tracker's address may change from start to start. */
    private String definition(DemoAgent agent) {
        Optional<JsonNode> known = find("/api/admin/agent-definitions", "name", agent.name());
        if (known.isEmpty()) {
            return admin.post("/api/admin/agent-definitions", agent.definition())
                    .path("id")
                    .asString();
        }
        String id = known.get().path("id").asString();
        if (!known.get().path("instructions").asString("").equals(agent.instructions())) {
            admin.patch("/api/admin/agent-definitions/" + id, Map.of("instructions", agent.instructions()));
        }
        return id;
    }

    private String agent(String name, String definitionId) {
        Optional<JsonNode> known = items("/api/admin/agents").stream()
                .filter(agent -> agent.path("name").asString("").equals(name)
                        && agent.path("projectId").asString("").equals(PROJECT))
                .findFirst();
        JsonNode agent = known.orElseGet(() -> admin.post(
                "/api/admin/agents",
                Map.of(
                        "projectId", PROJECT,
                        "definitionId", definitionId,
                        "userId", USER,
                        "name", name,
                        "enabled", true)));
        return agent.path("id").asString();
    }

    private Optional<JsonNode> find(String path, String field, String value) {
        return items(path).stream()
                .filter(item -> item.path(field).asString("").equals(value))
                .findFirst();
    }

    private List<JsonNode> items(String path) {
        return admin.get(path + "?limit=1000").path("items").valueStream().toList();
    }
}
