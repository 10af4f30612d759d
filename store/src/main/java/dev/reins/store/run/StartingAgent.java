package dev.reins.store.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.store.Columns;
import dev.reins.store.StoredJson;
import dev.reins.store.config.Definition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An agent with its definition as it stands now: what a run takes its snapshot of. */
record StartingAgent(
        String id, String projectId, String userId, boolean enabled, int definitionVersion, String definitionJson) {

    /**
     * @param projectId the project it must be in; null: any
     * @param userId whose it must be; null: anybody's
     * @throws RequestRejected not_found, also for one that is disabled
     */
    static StartingAgent enabled(JdbcClient jdbc, String agentId, @Nullable String projectId, @Nullable String userId) {
        StartingAgent agent = find(jdbc, agentId)
                .filter(found -> projectId == null || found.projectId().equals(projectId))
                .filter(found -> userId == null || found.userId().equals(userId))
                .orElseThrow(() -> notFound("There is no agent '" + agentId + "'"));
        if (!agent.enabled()) {
            throw notFound("Agent '" + agentId + "' is disabled, so no run of it can be started");
        }
        return agent;
    }

    private static RequestRejected notFound(String message) {
        return new RequestRejected(ErrorCode.NOT_FOUND, message, List.of(new FieldError("/agentId", message)));
    }

    static Optional<StartingAgent> find(JdbcClient jdbc, String agentId) {
        return jdbc.sql("""
                        select agents.id, project_id, user_id, enabled, version, document
                        from agents join definitions on definitions.id = definition_id
                        where agents.id = :agent
                        """).param("agent", agentId).query(StartingAgent::map).optional();
    }

    Definition definition() {
        return StoredJson.read(definitionJson, Definition.class);
    }

    private static StartingAgent map(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new StartingAgent(
                columns.text("id"),
                columns.text("project_id"),
                columns.text("user_id"),
                row.getBoolean("enabled"),
                row.getInt("version"),
                columns.text("document"));
    }
}
