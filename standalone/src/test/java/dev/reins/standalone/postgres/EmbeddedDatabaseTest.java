package dev.reins.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.standalone.Home;
import dev.reins.standalone.Ports;
import dev.reins.standalone.process.GuardedProcess;
import dev.reins.standalone.temporal.TemporalFinder;
import dev.reins.store.DatabaseUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    @TempDir
    Path folder;

    private String url = "";

    @Test
    void dataOutlivesAnOrderlyStopAndAKill() throws Exception {
        try (Home home = Home.open(folder)) {
            int port = Ports.free();
            try (GuardedProcess server = start(home, port)) {
                execute("create table kept (n int)");
                assertThat(server.isAlive()).isTrue();
            }
            GuardedProcess killed = start(home, port);
            execute("insert into kept values (1)");
            ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
            killed.await();

            try (GuardedProcess server = start(home, port)) {
                assertThat(server.isAlive()).isTrue();
                assertThat(count()).isEqualTo(1);
            }
        }
    }

    private GuardedProcess start(Home home, int port) {
        EmbeddedDatabase database = EmbeddedDatabase.prepare(home, TemporalFinder.cache(System.getenv()));
        url = database.maintenanceUrl(port);
        GuardedProcess server = GuardedProcess.start(database.command(port));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (Connection connection = connect()) {
                return connection.isValid(2);
            } catch (SQLException e) {
                return false;
            }
        });
        return server;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count() throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from kept")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private Connection connect() throws SQLException {
        DatabaseUrl place = DatabaseUrl.parse(url);
        return DriverManager.getConnection(place.jdbcUrl(), place.user(), place.password());
    }
}
