package dev.reins.store.reconcile;

import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/** How far the reconciler has followed Temporal, and what it lately found apart. Thread-safe. */
public final class ReconcilerLog {
    private static final long LOCK = 0x7265696e73L; // "reins"
    private static final int KEPT_FINDINGS = 10_000;
    private static final String CURSORS = "consistency";

    private final DataSource dataSource;
    private final JdbcClient jdbc;

    /**
     * A run whose row and workflow disagreed.
     *
     * @param row the row's status
     * @param workflow the status of its workflow; null: Temporal has none
     * @param action what was done about it
     */
    public record Finding(
            String runId, String row, @Nullable String workflow, String action, Instant at) {}

    public ReconcilerLog(DataSource dataSource, JdbcClient jdbc) {
        this.dataSource = dataSource;
        this.jdbc = jdbc;
    }

    /**
     * Does the work if nobody else, in whichever process, is at it.
     *
     * @return whether it was done
     */
    public boolean exclusively(Runnable work) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            if (!advisory(connection, "select pg_try_advisory_lock(?)")) {
                return false;
            }
            try {
                work.run();
            } finally {
                advisory(connection, "select pg_advisory_unlock(?)");
            }
            return true;
        } catch (SQLException failure) {
            throw new SQLExceptionSubclassTranslator().translate("Holding the reconciler's lock", null, failure);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private static boolean advisory(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, LOCK);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    /** Up to when Temporal's closed executions have been followed; empty before the first pass. */
    public Optional<Instant> seenClosedUntil() {
        return jdbc.sql("select seen_closed_until from reconciler where seen_closed_until is not null")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /** Ends a pass: notes how far it got. */
    public void passed(Instant seenClosedUntil) {
        jdbc.sql("update reconciler set seen_closed_until = :until, last_pass_at = clock_timestamp()")
                .param("until", seenClosedUntil.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Keeps what was found, and forgets the oldest of very many findings. */
    public void found(Finding finding) {
        jdbc.sql("""
                        insert into reconciler_findings (run_id, row_status, workflow_status, action, at)
                        values (:run, :row, :workflow, :action, :at)""")
                .param("run", finding.runId())
                .param("row", finding.row())
                .param("workflow", finding.workflow())
                .param("action", finding.action())
                .param("at", finding.at().atOffset(ZoneOffset.UTC))
                .update();
        jdbc.sql("delete from reconciler_findings where id <= (select max(id) from reconciler_findings) - :kept")
                .param("kept", KEPT_FINDINGS)
                .update();
    }

    /** Newest first. */
    public Listing<Finding> findings(int limit, @Nullable String cursor) {
        List<Kept> rows = jdbc.sql("select * from reconciler_findings where id < :before order by id desc limit :limit")
                .param("before", cursor == null ? Long.MAX_VALUE : Cursor.decode(CURSORS, cursor, Long::valueOf))
                .param("limit", limit + 1)
                .query(ReconcilerLog::kept)
                .list();
        long total = jdbc.sql("select count(*) from reconciler_findings")
                .query(Long.class)
                .single();
        Listing<Kept> page = Listing.of(rows, limit, total, kept -> new Cursor(CURSORS, Long.toString(kept.id())));
        return new Listing<>(page.items().stream().map(Kept::finding).toList(), total, page.nextCursor());
    }

    private record Kept(long id, Finding finding) {}

    private static Kept kept(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new Kept(
                row.getLong("id"),
                new Finding(
                        columns.text("run_id"),
                        columns.text("row_status"),
                        columns.textOrNull("workflow_status"),
                        columns.text("action"),
                        columns.instant("at")));
    }
}
