package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

class DatabaseOutageTest {
    @ParameterizedTest
    @CsvSource({
        "08001, true",
        "08006, true",
        "57P01, true",
        "57P03, true",
        "53300, true",
        "28P01, false",
        "28000, false",
        "3D000, false",
        "23505, false",
        "40P01, false",
        "25006, true",
        "57014, false"
    })
    void tellsAServerThatIsAwayFromOneThatRefuses(String state, boolean away) {
        assertThat(DatabaseOutage.isAway(new IllegalStateException(new SQLException("no", state))))
                .isEqualTo(away);
    }

    @Test
    void takesThePoolsTimeoutForWhatTheLastAttemptMetWith() {
        var refused = new SQLException("wrong password", "28P01");
        var timedOut = new SQLTransientConnectionException("timed out", "28P01", refused);

        assertThat(DatabaseOutage.isAway(timedOut)).isFalse();
        assertThat(DatabaseOutage.isUnusable(timedOut)).isTrue();
        assertThat(DatabaseOutage.isAway(new SQLTransientConnectionException("all in use")))
                .isTrue();
        assertThat(DatabaseOutage.isUnusable(new SQLException("a duplicate", "23505")))
                .isFalse();
    }

    @Test
    void takesARollbackThatFailsForWhatItWasTriedFor() {
        var rollback = new TransactionSystemException("rollback failed", new SQLException("Connection is closed"));
        assertThat(DatabaseOutage.isAway(rollback)).isFalse();

        rollback.initApplicationException(new IllegalStateException(new SQLException("terminated", "57P01")));

        assertThat(DatabaseOutage.isAway(rollback)).isTrue();
    }

    @Test
    void knowsAConnectionThatBrokeAmidATransaction() {
        try (TestDatabase database = TestDatabase.create()) {
            var transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));

            Throwable broken = catchThrowable(() -> transaction.executeWithoutResult(status -> {
                database.jdbc()
                        .sql("select pg_terminate_backend(pg_backend_pid())")
                        .query(Boolean.class)
                        .single();
            }));

            assertThat(DatabaseOutage.isAway(broken)).as("%s", broken).isTrue();
        }
    }

    @Test
    void saysTheFirstLineOfTheInnermostReason() {
        var inner = new SQLException("FATAL: no such database\n  Hint: none", "3D000");

        assertThat(DatabaseOutage.reason(new IllegalStateException("outer", inner)))
                .isEqualTo("FATAL: no such database");
        assertThat(DatabaseOutage.reason(new SQLException())).isEqualTo("SQLException");
    }
}
