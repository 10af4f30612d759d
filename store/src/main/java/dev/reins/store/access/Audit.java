package dev.reins.store.access;

import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Who changed what: append-only, written in the transaction of the change. Secrets never get here. */
public final class Audit {
    private final JdbcClient jdbc;

    /**
     * @param actor who: a key's id, or the process that did it
     * @param action what, as {@code thing.happened}
     * @param subject to which object
     */
    public record Entry(long id, Instant at, String actor, String action, String subject, JsonNode detail) {}

    public Audit(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the caller's transaction, if there is one. */
    public void append(String actor, String action, String subject, Object detail) {
        jdbc.sql("""
                        insert into audit (actor, action, subject, detail)
                        values (:actor, :action, :subject, cast(:detail as jsonb))
                        """)
                .param("actor", actor)
                .param("action", action)
                .param("subject", subject)
                .param("detail", StoredJson.write(detail))
                .update();
    }

    /** Newest first. */
    public Listing<Entry> list(int limit, @Nullable String cursor) {
        long before = cursor == null ? Long.MAX_VALUE : Cursor.decode("audit", cursor, Long::valueOf);
        List<Entry> rows = jdbc.sql("""
                        select id, at, actor, action, subject, detail from audit
                        where id < :before order by id desc limit :limit
                        """)
                .param("before", before)
                .param("limit", limit + 1)
                .query(Audit::entry)
                .list();
        long total = jdbc.sql("select count(*) from audit").query(Long.class).single();
        return Listing.of(rows, limit, total, entry -> new Cursor("audit", Long.toString(entry.id())));
    }

    private static Entry entry(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new Entry(
                row.getLong("id"),
                columns.instant("at"),
                columns.text("actor"),
                columns.text("action"),
                columns.text("subject"),
                columns.json("detail"));
    }
}
