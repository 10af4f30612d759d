package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.config.ToolCatalog;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

/** A project with two users, a key of each, an agent of one, and the tool {@code echo}. */
public final class World {
    public static final String RUNS = "/api/projects/demo/agent-runs";
    public static final String PLAN = """
            {"plan": [{"tool": "echo", "description": "says it", "params": {"value": 1}}]}""";

    public final String alice;
    public final String bob;
    public final String agentId;
    public final String definitionId;

    public World(RunningApi api) {
        api.bean(ToolCatalog.class).publish(List.of(echo()));
        made(api.post(ADMIN_KEY, "/api/admin/projects", "{\"id\": \"demo\", \"name\": \"Demo\"}"));
        made(api.post(ADMIN_KEY, "/api/admin/projects", "{\"id\": \"other\", \"name\": \"Other\"}"));
        this.alice = user(api, "alice", "free");
        this.bob = user(api, "bob", "pro");
        this.definitionId = made(api.post(ADMIN_KEY, "/api/admin/agent-definitions", """
                {"name": "janitor", "instructions": "Tidy up.", "model": {"provider": "scripted", "name": "janitor"},
                 "tools": ["echo"]}"""));
        this.agentId = made(api.post(ADMIN_KEY, "/api/admin/agents", """
                {"projectId": "demo", "definitionId": "%s", "userId": "alice", "name": "janitor"}""".formatted(definitionId)));
    }

    private static ToolSpec echo() {
        String schema = """
                {"type": "object", "properties": {"value": {}}, "required": ["value"], "additionalProperties": false}""";
        return new ToolSpec("echo", "Says it again", schema, Category.DEFAULT, Effect.READ, true, false, 0);
    }

    private static String user(RunningApi api, String id, String tier) {
        Answer put = api.send(
                "PUT", ADMIN_KEY, "/api/admin/users/" + id, BodyPublishers.ofString("{\"tier\": \"" + tier + "\"}"));
        assertThat(put.status()).isEqualTo(200);
        return key(api, id, "");
    }

    /** A key of the user in the project demo. */
    public static String key(RunningApi api, String userId, String more) {
        Answer key = api.post(ADMIN_KEY, "/api/admin/keys", """
                {"userId": "%s", "projectId": "demo", "role": "user"%s}""".formatted(userId, more));
        made(key);
        return key.data().get("key").asString();
    }

    private static String made(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.data().get("id").asString();
    }

    /** Starts a planned run of one step. */
    public static String run(RunningApi api, String key) {
        Answer started = api.post(key, RUNS, PLAN);
        return made(started);
    }
}
