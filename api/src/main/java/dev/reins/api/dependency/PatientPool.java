package dev.reins.api.dependency;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * A pool that tells a crowd from an outage. While others are being served PostgreSQL is there, so a request waits for its
 * turn, {@value #MOST_TURNS} times 2 s at most; where nobody is it gives up after the first, soon enough for an answer in
 * time. Thread-safe.
 */
final class PatientPool extends HikariDataSource {
    private static final int MOST_TURNS = 10;
    private static final long TURN_MS = 2_000;

    PatientPool() {
        setConnectionTimeout(TURN_MS);
    }

    @Override
    public Connection getConnection() throws SQLException {
        for (int turn = 1; ; turn++) {
            try {
                return super.getConnection();
            } catch (SQLTransientConnectionException none) {
                if (turn == MOST_TURNS || !isCrowded()) {
                    throw none;
                }
            }
        }
    }

    private boolean isCrowded() {
        return !isClosed() && getHikariPoolMXBean().getActiveConnections() > 0;
    }
}
