package dev.reins.store.config;

import dev.reins.contracts.RequestRejected;
import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** Projects: what agents, runs and users' keys belong to. */
public final class Projects {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Audit audit;

    public record ProjectView(String id, String name, Instant createdAt) {}

    private record Body(@Nullable String id, String name) {}

    public Projects(JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.audit = audit;
    }

    /**
     * Makes a project; one that exists already with this id and name is answered as it is.
     *
     * @param body {@code {id?, name}}
     * @throws RequestRejected invalid_request, also where the id is taken by a project of another name
     */
    public ProjectView create(JsonNode body, String actor) {
        Body wish = json.bind(body, Body.class);
        String id = wish.id() == null ? Ids.next("prj") : wish.id();
        if (!ID.matcher(id).matches()) {
            throw RequestRejected.invalid("/id", "A project's id has 1 to 128 of the characters A-Z a-z 0-9 . _ -");
        }
        Names.check("/name", wish.name());
        return transaction.execute(status -> {
            if (insert(id, wish.name())) {
                audit.append(actor, "project.created", id, Map.of("name", wish.name()));
            }
            return find(id).filter(project -> project.name().equals(wish.name()))
                    .orElseThrow(() -> RequestRejected.invalid("/id", "There is another project '" + id + "'"));
        });
    }

    private boolean insert(String id, String name) {
        return jdbc.sql("insert into projects (id, name) values (:id, :name) on conflict (id) do nothing")
                        .param("id", id)
                        .param("name", name)
                        .update()
                == 1;
    }

    public Optional<ProjectView> find(String id) {
        return jdbc.sql("select id, name, created_at from projects where id = :id")
                .param("id", id)
                .query(Projects::view)
                .optional();
    }

    /** In the order of their ids. */
    public Listing<ProjectView> list(int limit, @Nullable String cursor) {
        List<ProjectView> rows = jdbc.sql("""
                        select id, name, created_at from projects where id > :after order by id limit :limit
                        """)
                .param("after", cursor == null ? "" : Cursor.decode("projects", cursor, Ids::seen))
                .param("limit", limit + 1)
                .query(Projects::view)
                .list();
        long total = jdbc.sql("select count(*) from projects").query(Long.class).single();
        return Listing.of(rows, limit, total, project -> new Cursor("projects", project.id()));
    }

    private static ProjectView view(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new ProjectView(columns.text("id"), columns.text("name"), columns.instant("created_at"));
    }
}
