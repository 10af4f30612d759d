package dev.reins.store.run;

import dev.reins.store.Columns;
import dev.reins.store.StoredJson;
import dev.reins.store.config.Definition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An agent with its definition as it stands now: what a run takes its snapshot of. */
record StartingAgent(
        String id, String projectId, String userId, boolean enabled, int definitionVersion, String definitionJson) {

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
