package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.core.JacksonException;

/** A Reins that was started as a process of its own, the way the launcher does it, on free ports. */
final class LaunchedReins implements AutoCloseable {
    private static final Path MODULE = Path.of("").toAbsolutePath();

    private final Path home;
    private final Path printed;
    private final Process process;
    private final List<ProcessHandle> seen = new ArrayList<>();

    private LaunchedReins(Path home, Path printed, Process process) {
        this.home = home;
        this.printed = printed;
        this.process = process;
    }

    static LaunchedReins launch(String verb, Path home, Map<String, String> environment, String... options) {
        try {
            List<String> line = new ArrayList<>(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx192m",
                    "-cp",
                    classPath(),
                    "dev.reins.standalone.Main",
                    verb));
            line.addAll(List.of("--home", home.toString(), "--api-port=0", "--temporal-port=0", "--ui-port=0"));
            line.addAll(List.of(options));
            Files.createDirectories(home);
            Path printed = Files.createTempFile("reins-", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(printed.toFile());
            builder.environment().putAll(environment);
            return new LaunchedReins(home, printed, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code ./reins} puts it together from what the package phase leaves. */
    private static String classPath() throws IOException {
        try (Stream<Path> files = Files.list(MODULE.resolve("target"))) {
            Path jar = files.filter(
                            file -> file.getFileName().toString().matches("standalone-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("Package the modules first: ./mvnw package"));
            return jar + ":"
                    + Files.readString(MODULE.resolve("target/classpath")).strip();
        }
    }

    void awaitReady(Duration limit) {
        Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(100)).until(() -> {
            assertThat(process.isAlive()).as(this::output).isTrue();
            return Files.exists(home.resolve(Endpoints.FILE)) && output().contains("ready");
        });
        remember();
    }

    Endpoints endpoints() {
        try {
            return Stack.json().readValue(Files.readString(home.resolve(Endpoints.FILE)), Endpoints.class);
        } catch (IOException | JacksonException e) {
            throw new IllegalStateException("No endpoints in " + home, e);
        }
    }

    Path home() {
        return home;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    String output() {
        try {
            return Files.readString(printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The supervisor and everything that it has started. */
    List<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Keeps in mind what runs now, so that {@link #awaitNothingLeft} finds it when the supervisor is gone. */
    void remember() {
        seen.addAll(tree());
    }

    int awaitEnd(Duration limit) {
        try {
            assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .as(this::output)
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void awaitNothingLeft(Duration limit) {
        Awaitility.await()
                .atMost(limit)
                .untilAsserted(() -> assertThat(seen.stream()
                                .filter(ProcessHandle::isAlive)
                                .map(left -> left.pid() + " "
                                        + left.info().commandLine().orElse("")))
                        .isEmpty());
    }

    @Override
    public void close() {
        remember();
        process.destroy();
        awaitEnd(Duration.ofSeconds(60));
        awaitNothingLeft(Duration.ofSeconds(30));
        try {
            Files.deleteIfExists(printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
