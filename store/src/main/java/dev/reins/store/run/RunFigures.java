package dev.reins.store.run;

import dev.reins.contracts.RunStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is told of all runs together, cheaply enough to be asked every few seconds. Thread-safe. */
public final class RunFigures {
    private final JdbcClient jdbc;
    private final RunCounts counts;
    private final long made = System.nanoTime();

    public RunFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.counts = new RunCounts(jdbc);
    }

    /** How many runs have not ended, by status; a status that none has is left out. */
    public Map<RunStatus, Long> live() {
        return counts.live();
    }

    /** How long ago the step with the oldest reservation was first asked for; zero if nothing is reserved. */
    public Duration oldestReservation() {
        return age("select clock_timestamp() - min(asked_at) as age from steps where held > 0")
                .orElse(Duration.ZERO);
    }

    /**
     * How long ago the reconciler last came to the end of a pass. Where it never has, how long this object has waited for
     * it: what has never worked must not look as if it just had.
     */
    public Duration sinceReconciled() {
        return age("select clock_timestamp() - last_pass_at as age from reconciler")
                .orElseGet(() -> Duration.ofNanos(System.nanoTime() - made));
    }

    private Optional<Duration> age(String sql) {
        return jdbc.sql("select extract(epoch from age)::double precision from (" + sql
                        + ") as a where age is not null")
                .query(Double.class)
                .optional()
                .map(seconds -> Duration.ofMillis(Math.round(Math.max(0, seconds) * 1000)));
    }
}
