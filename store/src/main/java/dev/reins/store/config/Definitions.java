package dev.reins.store.config;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.MergePatch;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** Agent definitions, every version of each. */
public final class Definitions {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final ToolCatalog tools;
    private final Audit audit;

    public record DefinitionView(
            String id,
            String name,
            int version,
            String instructions,
            Definition.Model model,
            List<String> tools,
            @Nullable Integer maxSteps,
            @Nullable Long defaultTimeout,
            Definition.Limits limits,
            Instant updatedAt) {}

    private record Current(int version, JsonNode document) {}

    public Definitions(
            JdbcClient jdbc, TransactionOperations transaction, StrictJson json, ToolCatalog tools, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.tools = tools;
        this.audit = audit;
    }

    /**
     * @param body the definition without id, version and time
     * @throws RequestRejected invalid_request, unknown_tool
     */
    public DefinitionView create(JsonNode body, String actor) {
        Definition definition = checked(body);
        String id = Ids.next("def");
        return transaction.execute(status -> {
            jdbc.sql("insert into definitions (id, version, document) values (:id, 1, cast(:document as jsonb))")
                    .param("id", id)
                    .param("document", StoredJson.write(definition))
                    .update();
            keepVersion(id);
            audit.append(actor, "definition.created", id, definition);
            return find(id).orElseThrow();
        });
    }

    /**
     * Merges (RFC 7396) into the latest version and makes a new one. Runs that have started keep theirs.
     *
     * @param expectedVersion the version the caller has seen; null: whatever it is
     * @throws RequestRejected not_found, stale_version, invalid_request, unknown_tool
     */
    public DefinitionView patch(String id, JsonNode patch, @Nullable Integer expectedVersion, String actor) {
        return transaction.execute(status -> {
            Current current = lock(id);
            if (expectedVersion != null && expectedVersion != current.version()) {
                throw stale(id, expectedVersion, current.version());
            }
            Definition changed = checked(MergePatch.apply(current.document(), patch));
            jdbc.sql("""
                            update definitions
                            set version = version + 1, document = cast(:document as jsonb), updated_at = clock_timestamp()
                            where id = :id
                            """)
                    .param("id", id)
                    .param("document", StoredJson.write(changed))
                    .update();
            keepVersion(id);
            audit.append(actor, "definition.changed", id, Map.of("version", current.version() + 1, "patch", patch));
            return find(id).orElseThrow();
        });
    }

    public Optional<DefinitionView> find(String id) {
        return jdbc.sql("select id, version, document, updated_at from definitions where id = :id")
                .param("id", id)
                .query(Definitions::view)
                .optional();
    }

    /** In the order of their making. */
    public Listing<DefinitionView> list(int limit, @Nullable String cursor) {
        List<DefinitionView> rows = jdbc.sql("""
                        select id, version, document, updated_at from definitions
                        where id > :after order by id limit :limit
                        """)
                .param("after", cursor == null ? "" : Cursor.decode("definitions", cursor, Ids::seen))
                .param("limit", limit + 1)
                .query(Definitions::view)
                .list();
        long total =
                jdbc.sql("select count(*) from definitions").query(Long.class).single();
        return Listing.of(rows, limit, total, definition -> new Cursor("definitions", definition.id()));
    }

    /**
     * Every version, oldest first.
     *
     * @throws RequestRejected not_found
     */
    public Listing<DefinitionView> versions(String id, int limit, @Nullable String cursor) {
        List<DefinitionView> rows = jdbc.sql("""
                        select definition_id as id, version, document, updated_at from definition_versions
                        where definition_id = :id and version > :after order by version limit :limit
                        """)
                .param("id", id)
                .param("after", cursor == null ? 0 : Cursor.decode("versions", cursor, Integer::valueOf))
                .param("limit", limit + 1)
                .query(Definitions::view)
                .list();
        int latest = find(id).orElseThrow(() -> notFound(id)).version();
        return Listing.of(rows, limit, latest, version -> new Cursor("versions", Integer.toString(version.version())));
    }

    private Definition checked(JsonNode document) {
        Definition definition = json.bind(document, Definition.class);
        DefinitionCheck.check(definition, tools);
        return definition;
    }

    private Current lock(String id) {
        return jdbc.sql("select version, document from definitions where id = :id for update")
                .param("id", id)
                .query((row, index) -> new Current(row.getInt("version"), new Columns(row).json("document")))
                .optional()
                .orElseThrow(() -> notFound(id));
    }

    private void keepVersion(String id) {
        jdbc.sql("""
                        insert into definition_versions (definition_id, version, document, updated_at)
                        select id, version, document, updated_at from definitions where id = :id
                        """).param("id", id).update();
    }

    private static RequestRejected notFound(String id) {
        return new RequestRejected(ErrorCode.NOT_FOUND, "There is no definition '" + id + "'");
    }

    private static RequestRejected stale(String id, int expected, int current) {
        return new RequestRejected(
                ErrorCode.STALE_VERSION,
                "Definition '%s' is at version %d, not %d any more".formatted(id, current, expected));
    }

    private static DefinitionView view(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        Definition definition = StoredJson.read(columns.text("document"), Definition.class);
        return new DefinitionView(
                columns.text("id"),
                definition.name(),
                row.getInt("version"),
                definition.instructions(),
                definition.model(),
                definition.toolNames(),
                definition.maxSteps(),
                definition.defaultTimeout(),
                definition.otherLimits(),
                columns.instant("updated_at"));
    }
}
