package dev.reins.store.run;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is told of all runs together, cheaply enough to be asked every few seconds: indexes alone are read. Thread-safe. */
public final class RunFigures {
    private final JdbcClient jdbc;

    public RunFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How many runs have not ended, by status; a status that none has is left out. */
    public Map<RunStatus, Long> live() {
        Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
        jdbc.sql("select status, count(*) as runs from runs where finished_at is null group by status")
                .query(row -> {
                    counts.put(Wire.of(RunStatus.class, row.getString("status")), row.getLong("runs"));
                });
        return counts;
    }

    /** How long ago the step with the oldest reservation was first asked for; zero if nothing is reserved. */
    public Duration oldestReservation() {
        return age("select clock_timestamp() - min(asked_at) as age from steps where held > 0");
    }

    /** How long ago the reconciler last came to the end of a pass; zero if it never has. */
    public Duration sinceReconciled() {
        return age("select clock_timestamp() - last_pass_at as age from reconciler");
    }

    private Duration age(String sql) {
        double seconds = jdbc.sql(
                        "select coalesce(extract(epoch from age), 0)::double precision from (" + sql + ") as a")
                .query(Double.class)
                .single();
        return Duration.ofMillis(Math.round(Math.max(0, seconds) * 1000));
    }
}
