package dev.reins.store.config;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** Agents: definitions installed in projects, each with the user who pays. */
public final class Agents {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Audit audit;

    public record AgentView(
            String id,
            String projectId,
            String definitionId,
            String userId,
            String name,
            boolean enabled,
            Instant createdAt,
            Instant updatedAt) {}

    /** @param enabled null: true */
    private record Body(
            String projectId,
            String definitionId,
            String userId,
            String name,
            @Nullable Boolean enabled) {
        Body {
            enabled = enabled == null ? Boolean.TRUE : enabled;
        }
    }

    public Agents(JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.audit = audit;
    }

    /**
     * @param body {@code {projectId, definitionId, userId, name, enabled?}}
     * @throws RequestRejected invalid_request; not_found for a project, definition or user that does not exist
     */
    public AgentView create(JsonNode body, String actor) {
        return save(Ids.next("agt"), json.bind(body, Body.class), "agent.created", actor);
    }

    /**
     * Merges (RFC 7396). Runs that have started keep what they started with.
     *
     * @throws RequestRejected not_found, invalid_request; an agent stays in its project
     */
    public AgentView patch(String id, JsonNode patch, String actor) {
        return transaction.execute(status -> {
            AgentView current = lock(id);
            JsonNode project = patch.path("projectId");
            if (project.isString() && !project.stringValue().equals(current.projectId())) {
                throw RequestRejected.invalid("/projectId", "An agent stays in its project");
            }
            return save(id, json.merge(body(current), patch, Body.class), "agent.changed", actor);
        });
    }

    private AgentView save(String id, Body body, String action, String actor) {
        Names.check("/name", body.name());
        return transaction.execute(status -> {
            checkReferences(body);
            upsert(id, body);
            audit.append(actor, action, id, body);
            return find(id).orElseThrow();
        });
    }

    private void upsert(String id, Body body) {
        jdbc.sql("""
                        insert into agents (id, project_id, definition_id, user_id, name, enabled)
                        values (:id, :project, :definition, :user, :name, :enabled)
                        on conflict (id) do update set definition_id = excluded.definition_id,
                            user_id = excluded.user_id, name = excluded.name, enabled = excluded.enabled,
                            updated_at = clock_timestamp()
                        """)
                .param("id", id)
                .param("project", body.projectId())
                .param("definition", body.definitionId())
                .param("user", body.userId())
                .param("name", body.name())
                .param("enabled", body.enabled())
                .update();
    }

    public Optional<AgentView> find(String id) {
        return jdbc.sql("select * from agents where id = :id")
                .param("id", id)
                .query(Agents::view)
                .optional();
    }

    /**
     * In the order of their making.
     *
     * @param projectId null: of all projects
     */
    public Listing<AgentView> list(@Nullable String projectId, int limit, @Nullable String cursor) {
        String cursors = Cursor.listOf("agents", projectId);
        List<AgentView> rows = jdbc.sql("""
                        select * from agents
                        where id > :after and (cast(:project as text) is null or project_id = :project)
                        order by id limit :limit
                        """)
                .param("after", cursor == null ? "" : Cursor.decode(cursors, cursor, Ids::seen))
                .param("project", projectId)
                .param("limit", limit + 1)
                .query(Agents::view)
                .list();
        long total = jdbc.sql("""
                        select count(*) from agents where cast(:project as text) is null or project_id = :project
                        """).param("project", projectId).query(Long.class).single();
        return Listing.of(rows, limit, total, agent -> new Cursor(cursors, agent.id()));
    }

    private void checkReferences(Body body) {
        record Existing(boolean project, boolean definition, boolean user) {}
        Existing existing = jdbc.sql("""
                        select exists (select from projects where id = :project) as project,
                               exists (select from definitions where id = :definition) as definition,
                               exists (select from accounts where user_id = :user) as user
                        """)
                .param("project", body.projectId())
                .param("definition", body.definitionId())
                .param("user", body.userId())
                .query((row, index) ->
                        new Existing(row.getBoolean("project"), row.getBoolean("definition"), row.getBoolean("user")))
                .single();
        requireExists(existing.project(), "project", body.projectId());
        requireExists(existing.definition(), "definition", body.definitionId());
        requireExists(existing.user(), "user", body.userId());
    }

    private static void requireExists(boolean exists, String what, String id) {
        if (!exists) {
            String message = "There is no " + what + " '" + id + "'";
            throw new RequestRejected(
                    ErrorCode.NOT_FOUND, message, List.of(new FieldError("/" + what + "Id", message)));
        }
    }

    private AgentView lock(String id) {
        return jdbc.sql("select * from agents where id = :id for update")
                .param("id", id)
                .query(Agents::view)
                .optional()
                .orElseThrow(() -> new RequestRejected(ErrorCode.NOT_FOUND, "There is no agent '" + id + "'"));
    }

    private static JsonNode body(AgentView agent) {
        return StoredJson.tree(
                new Body(agent.projectId(), agent.definitionId(), agent.userId(), agent.name(), agent.enabled()));
    }

    private static AgentView view(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new AgentView(
                columns.text("id"),
                columns.text("project_id"),
                columns.text("definition_id"),
                columns.text("user_id"),
                columns.text("name"),
                row.getBoolean("enabled"),
                columns.instant("created_at"),
                columns.instant("updated_at"));
    }
}
