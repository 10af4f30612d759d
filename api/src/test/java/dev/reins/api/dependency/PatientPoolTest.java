package dev.reins.api.dependency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.store.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PatientPoolTest {
    private static final long TURN_MS = 250;

    @Test
    void aRequestWaitsForItsTurnWhileAllConnectionsAreInUse() throws Exception {
        try (var database = TestDatabase.create();
                var pool = pool(database.url());
                var others = Executors.newVirtualThreadPerTaskExecutor()) {
            Connection inUse = pool.getConnection();
            CompletableFuture<Connection> waiting = CompletableFuture.supplyAsync(() -> connection(pool), others);
            Awaitility.await().during(Duration.ofMillis(3 * TURN_MS)).until(() -> !waiting.isDone());

            inUse.close();

            try (Connection next = waiting.join()) {
                assertThat(next.isValid(1)).isTrue();
            }
        }
    }

    @Test
    void whereNobodyIsThereARequestGivesUpAfterOneTurn() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (var pool = pool("jdbc:postgresql://127.0.0.1:" + free + "/none")) {
            long asked = System.nanoTime();

            assertThatThrownBy(pool::getConnection).isInstanceOf(SQLTransientConnectionException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(8 * TURN_MS));
        }
    }

    private static PatientPool pool(String url) {
        var pool = new PatientPool();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(1);
        pool.setConnectionTimeout(TURN_MS);
        pool.setInitializationFailTimeout(-1);
        return pool;
    }

    private static Connection connection(PatientPool pool) {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
