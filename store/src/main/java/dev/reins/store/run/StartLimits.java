package dev.reins.store.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.limits.EffectiveLimits;
import dev.reins.contracts.limits.LimitSource;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.store.StoredJson;
import dev.reins.store.config.Users;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The limits that a run would have that is started now and says none of its own. Thread-safe. */
public final class StartLimits {
    private final JdbcClient jdbc;
    private final Users users;

    /** @param value JSON's null: no cap */
    public record Limit(JsonNode value, LimitSource source) {}

    public StartLimits(JdbcClient jdbc, Users users) {
        this.jdbc = jdbc;
        this.users = users;
    }

    /**
     * By the limit's name; per category {@code ratePerMinute.http}, {@code toolTimeoutMs.http}.
     *
     * @param agentId null: of a planned run
     * @param userId null: the agent's
     * @param owner whose the agent must be; null: anybody's
     * @throws RequestRejected not_found (no such agent in the project, no such user), invalid_request (neither is named)
     */
    public Map<String, Limit> of(
            String projectId, @Nullable String agentId, @Nullable String userId, @Nullable String owner) {
        StartingAgent agent = agentId == null ? null : agent(projectId, agentId, owner);
        String user = Optional.ofNullable(userId)
                .or(() -> Optional.ofNullable(agent).map(StartingAgent::userId))
                .orElseThrow(() -> RequestRejected.invalid("userId", "userId or agentId says whose limits are meant"));
        LimitsPatch definition =
                agent == null ? LimitsPatch.NOTHING : agent.definition().toLimits();
        return explained(users.limits(user)
                .orElseThrow(() -> new RequestRejected(ErrorCode.NOT_FOUND, "There is no such user"))
                .with(definition, LimitsPatch.NOTHING));
    }

    private StartingAgent agent(String projectId, String agentId, @Nullable String owner) {
        return StartingAgent.find(jdbc, agentId)
                .filter(agent -> agent.projectId().equals(projectId))
                .filter(agent -> owner == null || agent.userId().equals(owner))
                .orElseThrow(() -> new RequestRejected(ErrorCode.NOT_FOUND, "There is no such agent"));
    }

    private static Map<String, Limit> explained(EffectiveLimits limits) {
        JsonNode values = StoredJson.tree(limits.limits());
        Map<String, Limit> explained = new LinkedHashMap<>();
        limits.sources().forEach((name, source) -> {
            JsonNode value = values.at("/" + name.replace('.', '/'));
            explained.put(name, new Limit(value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value, source));
        });
        return explained;
    }
}
