package dev.reins.store.admission;

import dev.reins.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How often each guard said what. Reads the decisions of the asked time alone. Thread-safe. */
public final class GuardStats {
    private final JdbcClient jdbc;

    /**
     * @param guard null: plainly admitted
     * @param decisions evaluations, of which a step that had to wait has several
     * @param steps how many steps they were about
     * @param waitMsTotal the waits that were given out
     */
    public record Stat(
            @Nullable String guard,
            String verdict,
            long decisions,
            long steps,
            long waitMsTotal,
            @Nullable Long waitMsMax) {}

    public GuardStats(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The decisions from {@code from} until before {@code to}, in the order in which the guards are passed.
     *
     * @param projectId null: of all projects
     */
    public List<Stat> between(Instant from, Instant to, @Nullable String projectId) {
        return jdbc.sql("""
                        select guard, verdict, count(*) as decisions, count(distinct (run_id, step_number)) as steps,
                            coalesce(sum(wait_ms), 0) as wait_ms_total, max(wait_ms) as wait_ms_max
                        from guard_decisions
                        where at >= :from and at < :to
                          and (cast(:project as text) is null
                            or run_id in (select id from runs where project_id = :project))
                        group by guard, verdict
                        order by array_position(array['loop', 'step_limit', 'rate', 'step_cost', 'run_cost', 'balance',
                            'breaker', 'timeout'], guard), verdict
                        """)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .param("project", projectId)
                .query(GuardStats::stat)
                .list();
    }

    private static Stat stat(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new Stat(
                columns.textOrNull("guard"),
                columns.text("verdict"),
                row.getLong("decisions"),
                row.getLong("steps"),
                row.getLong("wait_ms_total"),
                columns.longOrNull("wait_ms_max"));
    }
}
