package dev.reins.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;

/**
 * Brings a database to this build's schema. One that a newer build has moved on stays as it is: else a process of the old
 * build that is started again during an upgrade would put its own functions back under the new ones' feet.
 */
public final class Migrations {
    private static final long LOCK = 7_306_934_671_003L; // any number that nobody else locks

    private Migrations() {}

    /**
     * Processes that start at once, of one build or of two, take their turns. However long a turn or a statement takes, it
     * is waited for.
     *
     * @param pool of two connections at least; it must reset the network timeout of those that come back
     */
    public static void apply(DataSource pool) {
        DataSource dataSource = new PatientConnections(pool);
        try (Connection turn = dataSource.getConnection();
                Statement statement = turn.createStatement()) {
            statement.execute("select pg_advisory_lock(" + LOCK + ")");
            try {
                applyInTurn(dataSource);
            } finally {
                statement.execute("select pg_advisory_unlock(" + LOCK + ")");
            }
        } catch (SQLException e) {
            throw new FlywayException("Waiting for a turn to migrate: " + e.getMessage(), e);
        }
    }

    private static void applyInTurn(DataSource dataSource) {
        Flyway flyway = Flyway.configure().dataSource(dataSource).load();
        if (!isAhead(flyway)) {
            flyway.migrate();
        }
    }

    private static boolean isAhead(Flyway flyway) {
        return Arrays.stream(flyway.info().all())
                .anyMatch(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS);
    }
}
