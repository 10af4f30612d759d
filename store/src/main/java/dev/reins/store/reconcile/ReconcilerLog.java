package dev.reins.store.reconcile;

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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** How far the reconciler has followed Temporal, and what it lately found apart. Thread-safe. */
public final class ReconcilerLog {
    private static final long LOCK = 0x7265696e73L; // "reins"
    private static final int KEPT_FINDINGS = 100;

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final JsonMapper json;

    /**
     * A run whose row and workflow disagreed.
     *
     * @param row the row's status
     * @param workflow the status of its workflow; null: Temporal has none
     * @param action what was done about it
     */
    public record Finding(
            String runId, String row, @Nullable String workflow, String action, Instant at) {}

    public ReconcilerLog(DataSource dataSource, JdbcClient jdbc, JsonMapper json) {
        this.dataSource = dataSource;
        this.jdbc = jdbc;
        this.json = json;
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

    /** Ends a pass: notes how far it got, and puts what it found before what was found earlier. */
    public void passed(@Nullable Instant seenClosedUntil, List<Finding> found) {
        jdbc.sql("""
                        update reconciler
                           set seen_closed_until = coalesce(:until, seen_closed_until),
                               last_pass_at = clock_timestamp(),
                               findings = (select coalesce(jsonb_agg(finding order by place), '[]')
                                             from jsonb_array_elements(:found::jsonb || findings)
                                                  with ordinality as all_found (finding, place)
                                            where place <= :kept)
                        """)
                .param("until", seenClosedUntil == null ? null : seenClosedUntil.atOffset(ZoneOffset.UTC))
                .param("found", json.writeValueAsString(found))
                .param("kept", KEPT_FINDINGS)
                .update();
    }

    /** The latest findings, newest first. */
    public List<Finding> findings() {
        String findings =
                jdbc.sql("select findings from reconciler").query(String.class).single();
        return json.readValue(findings, new TypeReference<List<Finding>>() {});
    }
}
