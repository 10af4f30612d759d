package dev.reins.standalone;

import dev.reins.standalone.process.Supervised;
import dev.reins.standalone.seed.Credentials;
import dev.reins.standalone.seed.Seeding;
import dev.reins.standalone.tracker.IssueStore;
import dev.reins.standalone.tracker.TrackerServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything as one process tree. Closing it stops everything, workers and api first, PostgreSQL last. */
public final class Standalone implements AutoCloseable {
    private static final int FORMER_SECONDS = 25;

    private final Options options;
    private final Map<String, String> environment;
    private final Progress progress;
    private final Home home;
    private final ProcessTree processes;
    private final Object writing = new Object();
    private volatile @Nullable Running running;
    private volatile @Nullable TrackerServer tracker;
    private volatile boolean closing;

    /** @throws CannotStart if another Reins uses the data folder */
    public Standalone(Options options, Map<String, String> environment, Progress progress) {
        this.options = options;
        this.environment = Map.copyOf(environment);
        this.progress = progress;
        this.home = Home.open(options.home());
        this.processes = new ProcessTree(new Watcher());
    }

    /** All that there is once everything is ready. */
    private record Running(
            Backends.Database database, Backends.Temporal temporal, Applications applications, Seeding.Seeded seeded) {
        Endpoints endpoints() {
            return new Endpoints(
                    applications.url().toString(),
                    temporal.address(),
                    temporal.ui(),
                    database.url(),
                    Seeding.PROJECT,
                    seeded.adminKey(),
                    seeded.userKey(),
                    Seeding.USER,
                    seeded.agents(),
                    new Endpoints.Pids(
                            applications.workerPids(),
                            applications.api().pid(),
                            pid(temporal.process()),
                            pid(database.process())));
        }

        private static @Nullable Long pid(@Nullable Supervised process) {
            return process == null ? null : process.pid();
        }
    }

    /**
     * Starts everything and waits until it is ready.
     *
     * @throws CannotStart if something does not start; what has started until then ends with {@link #close()}
     */
    public Endpoints start() {
        awaitFormerProcesses();
        Claims ports = claimPorts();
        TrackerServer issues = startTracker(ports.tracker());
        Backends backends = new Backends(options, environment, home, processes, progress);
        var database = inBackground(() -> backends.database(ports.database()));
        var temporal = inBackground(() -> backends.temporal(ports.temporal(), ports.ui()));
        startApplications(ports.api(), result(database), result(temporal), issues);
        return writeEndpoints();
    }

    private record Claims(int api, int temporal, int ui, int tracker, int database) {}

    /** All of them before anything starts. The ports of an existing Temporal are not ours to claim. */
    private Claims claimPorts() {
        boolean ownTemporal = options.address() == null;
        RememberedPorts remembered = new RememberedPorts(home);
        return new Claims(
                Ports.claim(options.apiPort(), "the API", "--api-port"),
                Ports.claim(ownTemporal ? options.temporalPort() : 0, "Temporal", "--temporal-port"),
                Ports.claim(ownTemporal ? options.uiPort() : 0, "Temporal's Web UI", "--ui-port"),
                remembered.claim("tracker"),
                remembered.claim("postgres"));
    }

    private void startApplications(
            int apiPort, Backends.Database database, Backends.Temporal temporal, TrackerServer issues) {
        Credentials credentials = Credentials.load(home);
        Children children = new Children(
                home, Map.of("REINS_DATABASE_URL", database.url(), "REINS_TEMPORAL_ADDRESS", temporal.address()));
        var crew = new Applications.Crew(options.workers(), httpAllow(issues));
        Applications applications = Applications.start(processes, children, apiPort, credentials.adminKey(), crew);
        progress.say("api, workers", "starting");
        applications.awaitReady(credentials.adminKey(), temporal.address());
        Seeding.Seeded seeded = new Seeding(home, applications.url(), credentials, issues.url()).seed();
        running = new Running(database, temporal, applications, seeded);
    }

    private String httpAllow(TrackerServer issues) {
        String own = "127.0.0.1:" + issues.port();
        String given = environment.getOrDefault("REINS_HTTP_ALLOW", "");
        return given.isBlank() ? own : own + "," + given;
    }

    private TrackerServer startTracker(int port) {
        try {
            TrackerServer started = TrackerServer.start(IssueStore.open(home), port);
            tracker = started;
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After a crash of the supervisor its processes end by themselves, but they need a moment. */
    private void awaitFormerProcesses() {
        Instant left = home.lastWritten(Endpoints.FILE);
        for (long pid : Endpoints.pidsLeftIn(home)) {
            ProcessHandle.of(pid)
                    .filter(process -> process.info().startInstant().stream().anyMatch(left::isAfter))
                    .ifPresent(Standalone::awaitEnd);
        }
        home.delete(Endpoints.FILE);
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(FORMER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Not one of ours then, but somebody's who got the same pid.
        }
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Tells the person, and keeps the endpoints true. */
    private final class Watcher implements Supervised.Watcher {
        @Override
        public void died(Supervised process) {
            say(process, "has died");
        }

        @Override
        public void startedAgain(Supervised process) {
            say(process, "started again as process " + process.pid());
            if (isRunning()) {
                writeEndpoints();
            }
        }

        @Override
        public void notStarted(Supervised process, RuntimeException reason) {
            say(process, "could not be started again, and is tried once more: " + reason.getMessage());
        }

        private void say(Supervised process, String news) {
            if (!closing) {
                progress.say(process.command().name(), news);
            }
        }
    }

    /** Of two processes that start again at once the later writes what both have become. */
    private Endpoints writeEndpoints() {
        synchronized (writing) {
            Endpoints latest = endpoints();
            if (!closing) {
                latest.write(home);
            }
            return latest;
        }
    }

    private void deleteEndpoints() {
        synchronized (writing) {
            home.delete(Endpoints.FILE);
        }
    }

    /** Where everything is at this moment. */
    public Endpoints endpoints() {
        return Objects.requireNonNull(running, "not started").endpoints();
    }

    public TrackerServer tracker() {
        return Objects.requireNonNull(tracker, "not started");
    }

    /** How a person calls the {@code temporal} command here. */
    String temporalCommand() {
        Running all = running;
        Path binary = all == null ? null : all.temporal().binary();
        return binary == null ? "temporal" : binary.toString();
    }

    public Home home() {
        return home;
    }

    public boolean isRunning() {
        return running != null;
    }

    public boolean isClosing() {
        return closing;
    }

    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        processes.close();
        TrackerServer issues = tracker;
        if (issues != null) {
            issues.close();
        }
        deleteEndpoints();
        home.close();
    }
}
