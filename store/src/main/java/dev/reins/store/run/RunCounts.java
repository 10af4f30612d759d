package dev.reins.store.run;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many runs there are, at a price that does not depend on it: the database keeps the sums, and what has changed since
 * they were last added up. Thread-safe.
 */
public final class RunCounts {
    private static final int AT_ONCE = 50_000;

    private static final String LIVE = Arrays.stream(RunStatus.values())
            .filter(status -> !status.isTerminal())
            .map(RunStatus::wire)
            .collect(Collectors.joining(","));

    private final JdbcClient jdbc;

    public RunCounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of one project. */
    long of(String projectId, String statusWords) {
        return jdbc.sql("""
                        select coalesce(sum(runs), 0) from counted_runs
                        where project_id = :project and status = any (string_to_array(:statuses, ','))
                        """)
                .param("project", projectId)
                .param("statuses", statusWords)
                .query(Long.class)
                .single();
    }

    /** Of one user in one project. */
    long of(String projectId, String userId, String statusWords) {
        return jdbc.sql("""
                        select coalesce(sum(runs), 0) from counted_user_runs
                        where project_id = :project and user_id = :user
                          and status = any (string_to_array(:statuses, ','))
                        """)
                .param("project", projectId)
                .param("user", userId)
                .param("statuses", statusWords)
                .query(Long.class)
                .single();
    }

    /** Those of all projects that have not ended, by status; a status that none has is left out. */
    Map<RunStatus, Long> live() {
        Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
        jdbc.sql("""
                        select status, sum(runs) as runs from counted_runs
                        where status = any (string_to_array(:live, ',')) group by status having sum(runs) > 0
                        """).param("live", LIVE).query(row -> {
            counts.put(Wire.of(RunStatus.class, row.getString("status")), row.getLong("runs"));
        });
        return counts;
    }

    /**
     * Adds up what has changed, some at each call while there is much; the users' sums follow by a trigger. Several at once
     * never count a change twice.
     */
    public void addUp() {
        jdbc.sql("""
                        with changes as (
                            delete from run_count_changes
                            where ctid = any (array(select ctid from run_count_changes limit :atOnce))
                            returning project_id, status, runs)
                        insert into run_counts as counts (project_id, status, runs)
                        select project_id, status, sum(runs) from changes group by project_id, status
                        on conflict (project_id, status) do update set runs = counts.runs + excluded.runs
                        """).param("atOnce", AT_ONCE).update();
    }
}
