package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.postgres.EmbeddedDatabase;
import dev.reins.standalone.process.GuardedProcess;
import dev.reins.standalone.temporal.DevServer;
import dev.reins.standalone.temporal.Engine;
import dev.reins.standalone.temporal.TemporalFinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A PostgreSQL and a Temporal that a test starts and stops as it likes; each comes back where it was, with its data. */
final class OwnBackends implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final Path folder;
    private final Home home;
    private final EmbeddedDatabase database;
    private final int databasePort = Ports.free();
    private final int temporalPort = Ports.free();
    private final int uiPort = Ports.free();
    private GuardedProcess postgres;
    private GuardedProcess temporal;

    OwnBackends() {
        try {
            folder = Files.createTempDirectory("reins-backends-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        home = Home.open(folder);
        database = EmbeddedDatabase.prepare(home, TemporalFinder.cache(System.getenv()));
        startDatabase();
        Databases.create(database.maintenanceUrl(databasePort), EmbeddedDatabase.NAME);
        startTemporal();
    }

    String databaseUrl() {
        return database.url(databasePort);
    }

    String databaseAddress() {
        return "127.0.0.1:" + databasePort;
    }

    String temporalAddress() {
        return "127.0.0.1:" + temporalPort;
    }

    void startDatabase() {
        postgres = GuardedProcess.start(database.command(databasePort));
        Awaitility.await()
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Databases.answers(database.maintenanceUrl(databasePort)));
    }

    void stopDatabase() {
        postgres.close();
    }

    void startTemporal() {
        Path binary = TemporalFinder.usual(System.getenv(), text -> {}).find().path();
        temporal = GuardedProcess.start(
                DevServer.command(binary, temporalPort, uiPort, home.file("temporal.db"), home.log("temporal")));
        try (Engine engine = new Engine(temporalAddress())) {
            Awaitility.await()
                    .atMost(START)
                    .pollInterval(Duration.ofMillis(100))
                    .until(engine::isReady);
        }
    }

    /** Starts what a test that failed left stopped. */
    void startStopped() {
        if (!postgres.isAlive()) {
            startDatabase();
        }
        if (!temporal.isAlive()) {
            startTemporal();
        }
    }

    void killTemporal() {
        Stack.kill9(temporal.pid());
        temporal.close();
    }

    /** Takes connections and answers nothing, until {@link #thawTemporal}. */
    void freezeTemporal() {
        signalTemporal("STOP");
    }

    void thawTemporal() {
        signalTemporal("CONT");
    }

    private void signalTemporal(String signal) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(temporal.pid()))
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (temporal.isAlive()) {
            thawTemporal();
        }
        temporal.close();
        postgres.close();
        home.close();
        Stack.delete(folder);
    }
}
