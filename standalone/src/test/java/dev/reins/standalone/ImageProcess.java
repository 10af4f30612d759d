package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.process.Command;
import dev.reins.standalone.process.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an image of ours holds, put together in a folder as the Dockerfile puts it together, and started as a container
 * would be: by the entrypoint, in the image's environment and the given one, and in nothing of this process's.
 */
final class ImageProcess {
    private static final int FIRST_WITH_AOT_CACHE = 25;
    private static final int FIRST_WITH_UNSAFE_WARNINGS = 24;
    private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();

    private final String name;
    private final Path folder;
    private final ImageFile image;

    private ImageProcess(String name, Path folder) {
        this.name = name;
        this.folder = folder;
        this.image = ImageFile.target(name);
    }

    /** @param folder a new one */
    static ImageProcess build(String name, Path folder) {
        ImageProcess built = new ImageProcess(name, folder);
        Path layers = folder.resolveSibling(name + "-layers");
        String boot = bootJar(name).toString();
        String[] words = "-Djarmode=tools -jar %s extract --layers --destination %s --application-filename app.jar"
                .formatted(boot, layers)
                .split(" ");
        run(Stream.concat(Stream.of(JAVA), Stream.of(words)).toList());
        built.image
                .all("COPY")
                .forEach(line -> copy(layers.resolve(line.replaceFirst(".*/(\\S+)/ \\./", "$1")), folder));
        if (Runtime.version().feature() >= FIRST_WITH_AOT_CACHE) {
            run(built.line(List.of(built.image.training().split(" ")), Map.of()));
        }
        return built;
    }

    private static Path bootJar(String module) {
        Path target = ComposeFile.ROOT.resolve(module + "/target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith("-boot.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("Package the modules first: ./mvnw package"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GuardedProcess start(Map<String, String> environment, Path log) {
        List<String> line = line(image.entrypoint(), environment);
        return GuardedProcess.start(new Command(name, line, Map.of(), "TERM", Duration.ofSeconds(35), log));
    }

    /** @return whether the image's own check finds the container healthy */
    boolean isHealthy(Map<String, String> environment) {
        List<String> line = new ArrayList<>(List.of("env", "-i"));
        all(environment).forEach((key, value) -> line.add(key + "=" + value));
        line.addAll(image.healthCheck());
        return Stack.CommandResult.of(line).status() == 0;
    }

    private Map<String, String> all(Map<String, String> given) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of("PATH", System.getenv("PATH")));
        environment.putAll(image.environment());
        environment.putAll(given);
        environment.compute("JDK_JAVA_OPTIONS", (key, options) -> supported(String.valueOf(options)));
        return environment;
    }

    private List<String> line(List<String> command, Map<String, String> given) {
        List<String> line = new ArrayList<>(List.of("env", "-i", "-C", folder.toString()));
        all(given).forEach((key, value) -> line.add(key + "=" + value));
        line.add(JAVA);
        command.stream()
                .skip(1)
                .filter(word -> Runtime.version().feature() >= FIRST_WITH_AOT_CACHE || !word.startsWith("-XX:AOT"))
                .forEach(line::add);
        return line;
    }

    /** The image has its own JVM; this machine's may be older. */
    private static String supported(String options) {
        return Runtime.version().feature() >= FIRST_WITH_UNSAFE_WARNINGS
                ? options
                : options.replaceAll("--sun-misc-unsafe-memory-access=\\w+", "");
    }

    private static void run(List<String> line) {
        Stack.CommandResult result = Stack.CommandResult.of(line);
        assertThat(result.status()).as("%s: %s", line, result.output()).isZero();
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
