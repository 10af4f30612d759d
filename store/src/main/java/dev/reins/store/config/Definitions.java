package dev.reins.store.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.Slice;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** Agent definitions, every version of each. */
public final class Definitions {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Catalogs catalogs;
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

    /**
     * One version, as it was, and what made it differ from the one before.
     *
     * @param changedBy null where it was not written down
     * @param changes none for the first
     */
    public record VersionView(
            @JsonUnwrapped DefinitionView definition,
            @Nullable String changedBy,
            List<Change> changes) {}

    private record Current(int version, JsonNode document) {
        Definition definition() {
            return StoredJson.read(document.toString(), Definition.class);
        }
    }

    public Definitions(
            JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Catalogs catalogs, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.catalogs = catalogs;
        this.audit = audit;
    }

    /**
     * @param body the definition without id, version and time
     * @throws RequestRejected invalid_request, unknown_tool
     */
    public DefinitionView create(JsonNode body, String actor) {
        Definition definition = json.bind(body, Definition.class);
        DefinitionCheck.check(definition, catalogs);
        String id = Ids.next("def");
        return transaction.execute(status -> {
            jdbc.sql("insert into definitions (id, version, document) values (:id, 1, cast(:document as jsonb))")
                    .param("id", id)
                    .param("document", StoredJson.write(definition))
                    .update();
            keepVersion(id, actor);
            audit.append(actor, "definition.created", id, definition);
            return find(id).orElseThrow();
        });
    }

    /**
     * Merges (RFC 7396) into the latest version and makes a new one. Runs that have started keep theirs. Of the model and the
     * tools, only those that the patch brings in must be known.
     *
     * @param expectedVersions one of which the caller has seen; null: whatever it is
     * @throws RequestRejected not_found, stale_version, invalid_request, unknown_tool
     */
    public DefinitionView patch(String id, JsonNode patch, @Nullable Set<Integer> expectedVersions, String actor) {
        return transaction.execute(status -> {
            Current current = lock(id);
            if (expectedVersions != null && !expectedVersions.contains(current.version())) {
                throw stale(id, current.version());
            }
            Definition changed = json.merge(current.document(), patch, Definition.class);
            DefinitionCheck.checkChange(current.definition(), changed, catalogs);
            jdbc.sql("""
                            update definitions
                            set version = version + 1, document = cast(:document as jsonb), updated_at = clock_timestamp()
                            where id = :id
                            """)
                    .param("id", id)
                    .param("document", StoredJson.write(changed))
                    .update();
            keepVersion(id, actor);
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
        StatementSpec query =
                jdbc.sql("""
                        with recursive keys as materialized (
                            select array_agg(id order by id) as keys
                            from (select id from definitions where id > :after order by id limit :limit + 1) listed
                        ), page as (
                            select 0 as number, 0::bigint as bytes
                            union all
                            select number + 1, bytes + octet_length(document::text)
                            from page cross join keys join definitions on id = keys[number + 1]
                            where bytes <= :bytes
                        )
                        select id, version, document, updated_at, number < cardinality(keys) as more
                        from page cross join keys join definitions on id = keys[number]
                        where number = 1 or number <= :limit and bytes <= :bytes
                        order by number
                        """).param("after", cursor == null ? "" : Cursor.decode("definitions", cursor, Ids::seen));
        Slice<DefinitionView> slice = Slice.weighed(query, Definitions::view, limit);
        long total =
                jdbc.sql("select count(*) from definitions").query(Long.class).single();
        return Listing.of(slice, total, definition -> new Cursor("definitions", definition.id()));
    }

    /**
     * Every version, oldest first.
     *
     * @throws RequestRejected not_found
     */
    public Listing<VersionView> versions(String id, int limit, @Nullable String cursor) {
        String cursors = Cursor.listOf("versions", id);
        StatementSpec query = jdbc.sql("""
                        with recursive keys as materialized (
                            select array_agg(version order by version) as keys
                            from (select version from definition_versions
                                where definition_id = :id and version > :after
                                order by version limit :limit + 1) listed
                        ), page as (
                            select 0 as number, 0::bigint as bytes
                            union all
                            select number + 1, bytes + octet_length(v.document::text)
                                + coalesce(octet_length(before.document::text), 0)
                            from page cross join keys
                            join definition_versions v on v.definition_id = :id and v.version = keys[number + 1]
                            left join definition_versions before
                                on before.definition_id = :id and before.version = keys[number + 1] - 1
                            where bytes <= :bytes
                        )
                        select v.definition_id as id, v.version, v.document, v.updated_at, v.changed_by,
                            before.document as document_before, number < cardinality(keys) as more
                        from page cross join keys
                        join definition_versions v on v.definition_id = :id and v.version = keys[number]
                        left join definition_versions before
                            on before.definition_id = :id and before.version = keys[number] - 1
                        where number = 1 or number <= :limit and bytes <= :bytes
                        order by number
                        """)
                .param("id", id)
                .param("after", cursor == null ? 0 : Cursor.decode(cursors, cursor, Integer::valueOf));
        Slice<VersionView> slice = Slice.weighed(query, Definitions::version, limit);
        int latest = find(id).orElseThrow(() -> notFound(id)).version();
        return Listing.of(
                slice,
                latest,
                version -> new Cursor(
                        cursors, Integer.toString(version.definition().version())));
    }

    private Current lock(String id) {
        return jdbc.sql("select version, document from definitions where id = :id for update")
                .param("id", id)
                .query((row, index) -> new Current(row.getInt("version"), new Columns(row).json("document")))
                .optional()
                .orElseThrow(() -> notFound(id));
    }

    private void keepVersion(String id, String actor) {
        jdbc.sql("""
                        insert into definition_versions (definition_id, version, document, updated_at, changed_by)
                        select id, version, document, updated_at, :actor from definitions where id = :id
                        """).param("id", id).param("actor", actor).update();
    }

    private static RequestRejected notFound(String id) {
        return new RequestRejected(ErrorCode.NOT_FOUND, "There is no definition '" + id + "'");
    }

    private static RequestRejected stale(String id, int current) {
        return new RequestRejected(
                ErrorCode.STALE_VERSION,
                "Definition '%s' is at version %d, which is not the one that was seen".formatted(id, current));
    }

    private static VersionView version(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        JsonNode before = columns.jsonOrNull("document_before");
        List<Change> changes = before == null ? List.of() : Change.between(before, columns.json("document"));
        return new VersionView(view(row, index), columns.textOrNull("changed_by"), changes);
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
