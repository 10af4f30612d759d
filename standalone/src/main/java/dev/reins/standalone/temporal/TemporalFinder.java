package dev.reins.standalone.temporal;

import dev.reins.standalone.CannotStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds a {@code temporal} binary: one the environment names or has on its PATH, one that an earlier start fetched, or
 * one that is fetched now and kept.
 */
public final class TemporalFinder {
    /** The version that is fetched where none is there. */
    static final String FETCHED = "1.9.1";

    private final Map<String, String> environment;
    private final Path cache;
    private final List<Route> routes;
    private final Consumer<String> says;

    TemporalFinder(Map<String, String> environment, List<Route> routes, Consumer<String> says) {
        this.environment = Map.copyOf(environment);
        this.cache = cache(environment);
        this.routes = List.copyOf(routes);
        this.says = says;
    }

    /** @param says told, in a sentence each, what is passed over and what is fetched */
    public static TemporalFinder usual(Map<String, String> environment, Consumer<String> says) {
        Platform platform = Platform.ofThisMachine();
        List<Route> routes = List.of(
                new OfficialDownload(OfficialDownload.RELEASES, FETCHED, platform),
                new PythonPackage(PythonPackage.USUAL_PIPS, platform));
        return new TemporalFinder(environment, routes, says);
    }

    /** The folder for what is fetched once and shared by all data folders. */
    public static Path cache(Map<String, String> environment) {
        String base = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path folder = base.isBlank() || !Path.of(base).isAbsolute()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(base);
        return folder.resolve("reins");
    }

    /** @throws CannotStart if no way leads to a binary */
    public TemporalBinary find() {
        return named().or(this::onThePath).or(this::kept).orElseGet(this::fetched);
    }

    private Optional<TemporalBinary> named() {
        String named = environment.getOrDefault("REINS_TEMPORAL_CLI", "");
        return named.isBlank() ? Optional.empty() : usable(Path.of(named), "REINS_TEMPORAL_CLI");
    }

    private Optional<TemporalBinary> onThePath() {
        return Executables.find("temporal", environment.getOrDefault("PATH", ""))
                .flatMap(file -> usable(file, "the PATH"));
    }

    private Optional<TemporalBinary> usable(Path file, String origin) {
        Optional<TemporalVersion> version = TemporalVersion.of(file);
        if (version.isEmpty()) {
            says.accept("Passing over " + file + " (" + origin + "): it does not run, or is not Temporal's command");
        } else if (!version.get().isRecentEnough()) {
            says.accept("Passing over " + file + " (" + origin + "): it is " + version.get() + ", older than "
                    + TemporalVersion.OLDEST);
        }
        return version.filter(TemporalVersion::isRecentEnough)
                .map(found -> new TemporalBinary(file, found.toString(), "from " + origin + ": " + file));
    }

    private Optional<TemporalBinary> kept() {
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.getFileName().toString().matches("temporal-\\d+\\.\\d+\\.\\d+"))
                    .sorted(Comparator.reverseOrder())
                    .flatMap(file -> TemporalVersion.of(file).filter(TemporalVersion::isRecentEnough).stream()
                            .map(found -> new TemporalBinary(file, found.toString(), "fetched earlier: " + file)))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One start fetches; another that comes meanwhile waits and finds what the first has kept. */
    private TemporalBinary fetched() {
        synchronized (TemporalFinder.class) {
            try {
                Files.createDirectories(cache);
                Path lock = cache.resolve("temporal.lock");
                try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    file.lock(); // until the file is closed
                    return kept().orElseGet(this::fetchByRoutes);
                }
            } catch (IOException e) {
                throw new CannotStart("Cannot write to " + cache + " (" + e.getMessage() + ")", e);
            }
        }
    }

    private TemporalBinary fetchByRoutes() {
        List<String> failures = new ArrayList<>();
        for (Route route : routes) {
            try {
                says.accept("Fetching Temporal " + FETCHED + " from " + route.name());
                return fetch(route);
            } catch (IOException e) {
                failures.add(route.name() + ": " + e.getMessage());
                says.accept("That did not work: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotStart("Interrupted while fetching Temporal", e);
            }
        }
        throw new CannotStart("No Temporal binary: put temporal " + TemporalVersion.OLDEST
                + " or newer on the PATH, or name one with REINS_TEMPORAL_CLI, or open a way to fetch it ("
                + String.join("; ", failures) + ").");
    }

    private TemporalBinary fetch(Route route) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(cache, "fetching-");
        try {
            Path binary = route.fetchInto(folder);
            Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
            TemporalVersion version = TemporalVersion.of(binary)
                    .orElseThrow(() -> new IOException("what it delivers does not run on this machine"));
            Path kept = cache.resolve("temporal-" + version);
            Files.move(binary, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new TemporalBinary(kept, version.toString(), "from " + route.name() + ", kept in " + kept);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
