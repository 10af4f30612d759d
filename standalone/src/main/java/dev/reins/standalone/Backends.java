package dev.reins.standalone;

import dev.reins.standalone.postgres.EmbeddedDatabase;
import dev.reins.standalone.process.Supervised;
import dev.reins.standalone.temporal.DevServer;
import dev.reins.standalone.temporal.Engine;
import dev.reins.standalone.temporal.TemporalBinary;
import dev.reins.standalone.temporal.TemporalFinder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PostgreSQL and Temporal: started here, or used where they are. */
final class Backends {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Options options;
    private final Map<String, String> environment;
    private final Home home;
    private final ProcessTree processes;
    private final Progress progress;

    Backends(Options options, Map<String, String> environment, Home home, ProcessTree processes, Progress progress) {
        this.options = options;
        this.environment = environment;
        this.home = home;
        this.processes = processes;
        this.progress = progress;
    }

    /** @param process null if it is not ours */
    record Database(String url, @Nullable Supervised process) {}

    /**
     * @param ui the Web UI's URL, null if it is not ours
     * @param process null if it is not ours
     * @param binary what runs it, null if it is not ours
     */
    record Temporal(
            String address,
            @Nullable String ui,
            @Nullable Supervised process,
            @Nullable Path binary) {}

    Database database(int port) {
        String existing = options.databaseUrl();
        if (existing != null) {
            Databases.check(existing);
            return new Database(existing, null);
        }
        EmbeddedDatabase database = EmbeddedDatabase.prepare(home, TemporalFinder.cache(environment));
        Supervised process = processes.startBackend(database.command(port));
        Readiness.await(process, LIMIT, () -> Databases.answers(database.maintenanceUrl(port)));
        Databases.create(database.maintenanceUrl(port), EmbeddedDatabase.NAME);
        progress.say("PostgreSQL", "127.0.0.1:" + port + ", data in " + home.file("postgres"));
        return new Database(database.url(port), process);
    }

    Temporal temporal(int port, int uiPort) {
        String existing = options.address();
        return existing == null ? devServer(port, uiPort) : existing(existing);
    }

    private static Temporal existing(String address) {
        try (Engine engine = new Engine(address)) {
            engine.requireNamespace();
            engine.registerSearchAttributes();
            return new Temporal(address, null, null, null);
        }
    }

    private Temporal devServer(int port, int uiPort) {
        TemporalBinary binary = TemporalFinder.usual(environment, text -> progress.say("Temporal", text))
                .find();
        progress.say("Temporal", binary.version() + ", " + binary.origin());
        String address = "127.0.0.1:" + port;
        Supervised process = processes.startBackend(
                DevServer.command(binary.path(), port, uiPort, home.file("temporal.db"), home.log("temporal")));
        try (Engine engine = new Engine(address)) {
            Readiness.await(process, LIMIT, engine::isReady);
            engine.keepClosedRuns();
            engine.registerSearchAttributes();
        }
        String ui = "http://127.0.0.1:" + uiPort;
        progress.say("Temporal", address + ", Web UI " + ui);
        return new Temporal(address, ui, process, binary.path());
    }
}
