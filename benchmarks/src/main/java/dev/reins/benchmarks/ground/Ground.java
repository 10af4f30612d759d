package dev.reins.benchmarks.ground;

import dev.reins.standalone.CannotStart;
import dev.reins.standalone.Home;
import dev.reins.standalone.Ports;
import dev.reins.standalone.postgres.EmbeddedDatabase;
import dev.reins.standalone.process.Command;
import dev.reins.standalone.process.GuardedProcess;
import dev.reins.standalone.temporal.DevServer;
import dev.reins.standalone.temporal.Engine;
import dev.reins.standalone.temporal.TemporalBinary;
import dev.reins.standalone.temporal.TemporalFinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A Temporal dev server and a PostgreSQL of their own, started as {@code ./reins up} starts them, in a folder that goes
 * with them.
 */
public final class Ground implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Statements inside functions too. */
    private static final List<String> COUNTING =
            List.of("-c", "shared_preload_libraries=pg_stat_statements", "-c", "pg_stat_statements.track=all");

    /** What is vacuumed a minute later otherwise. */
    private static final List<String> TIDYING = List.of("-c", "autovacuum_naptime=1s");

    private final Path folder;
    private final Home home;
    private final Deque<GuardedProcess> processes = new ArrayDeque<>();
    private final Map<Class<?>, AutoCloseable> shared = new LinkedHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Postgres postgres;
    private final TemporalServer temporal;
    private final String temporalVersion;
    private final List<String> postgresOptions;

    private Ground(Path folder, TemporalBinary binary, List<String> postgresOptions) {
        this.folder = folder;
        this.home = Home.open(folder);
        this.temporalVersion = binary.version();
        this.postgresOptions = postgresOptions;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        try {
            this.postgres = startPostgres(postgresOptions);
            this.temporal = startTemporal(binary);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** As a user has it. */
    public static Ground start() {
        return new Ground(temporaryFolder(), binary(), List.of());
    }

    /** With {@code pg_stat_statements}, which costs a little: for counting, not for timing. */
    public static Ground startCounting() {
        return new Ground(temporaryFolder(), binary(), COUNTING);
    }

    /**
     * PostgreSQL vacuums by its usual thresholds, but looks every second whether they are passed, not every minute: for
     * counting bytes, so that what comes one after another lies as what comes over a day does.
     */
    public static Ground startTidying() {
        return new Ground(temporaryFolder(), binary(), TIDYING);
    }

    private static TemporalBinary binary() {
        return TemporalFinder.usual(System.getenv(), System.err::println).find();
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("reins-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Postgres startPostgres(List<String> options) {
        EmbeddedDatabase database = EmbeddedDatabase.prepare(home, cache());
        int port = Ports.free();
        launch(with(database.command(port), options));
        Postgres started = new Postgres(database.maintenanceUrl(port));
        await("PostgreSQL", started::isReady);
        return started;
    }

    private TemporalServer startTemporal(TemporalBinary binary) {
        int port = Ports.free();
        int metricsPort = Ports.free();
        Command usual =
                DevServer.command(binary.path(), port, Ports.free(), home.file("temporal.db"), home.log("temporal"));
        launch(with(usual, List.of("--metrics-port", Integer.toString(metricsPort))));
        String address = "127.0.0.1:" + port;
        try (Engine engine = new Engine(address)) {
            await("Temporal", engine::isReady);
        }
        return new TemporalServer(address, metricsPort, home.file("temporal.db"));
    }

    private static Command with(Command usual, List<String> more) {
        List<String> line = new ArrayList<>(usual.line());
        line.addAll(more);
        return new Command(usual.name(), line, usual.environment(), usual.stopSignal(), usual.grace(), usual.log());
    }

    /** Starts a process that ends with this ground. */
    public GuardedProcess launch(Command command) {
        GuardedProcess process = GuardedProcess.start(command);
        processes.push(process);
        return process;
    }

    /** The one of its kind on this ground, made when it is first asked for and closed with the ground. */
    public synchronized <T extends AutoCloseable> T shared(Class<T> kind, Supplier<T> made) {
        return kind.cast(shared.computeIfAbsent(kind, first -> made.get()));
    }

    /** For the reader of figures. */
    public String configuration() {
        return "Temporal's dev server " + temporalVersion
                + " on a file of SQLite, which is not flushed with each commit, and " + postgres.configuration()
                + "; both as `./reins up` starts them" + changes();
    }

    private String changes() {
        return postgresOptions.isEmpty() ? "" : ", but for PostgreSQL's `" + String.join(" ", postgresOptions) + "`";
    }

    public Postgres postgres() {
        return postgres;
    }

    public TemporalServer temporal() {
        return temporal;
    }

    /** What the servers and this process have used so far. */
    public Duration cpu() {
        Stream<ProcessHandle> servers = processes.stream()
                .flatMap(process -> ProcessHandle.of(process.pid()).stream())
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
        return Stream.concat(servers, Stream.of(ProcessHandle.current()))
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** For what a contestant keeps on disk; goes with this ground. */
    public Path file(String name) {
        return home.file(name);
    }

    public Path log(String name) {
        return home.log(name);
    }

    /** Where what was fetched once is kept. */
    public static Path cache() {
        return TemporalFinder.cache(Map.copyOf(System.getenv()));
    }

    /** @throws CannotStart if it is not so within a minute */
    public static void await(String what, BooleanSupplier isSo) {
        await(PATIENCE, what, isSo);
    }

    /** @throws CannotStart if it is not so within {@code patience} */
    public static void await(Duration patience, String what, BooleanSupplier isSo) {
        Instant end = Instant.now().plus(patience);
        while (!isSo.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new CannotStart(what + " is not ready after " + patience.toSeconds() + " s.");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted.", e);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("Not closed: " + resource, e);
        }
    }

    /** Also called when the JVM is interrupted. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        shared.values().forEach(Ground::close);
        processes.forEach(GuardedProcess::close);
        home.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
