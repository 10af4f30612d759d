package dev.reins.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Command lines of further JVMs on the class path of this one, made for a short start and a small footprint: on a laptop
 * three of them run side by side.
 *
 * <p>Classes come parsed out of an archive beside the jars, which nearly halves the CPU time of a start. One of the
 * processes of a kind writes it when it ends in order for the first time; the JVM itself discards one that does not fit
 * the jars any more.
 */
public final class JavaCommand {
    private static final int FIRST_WITH_UNSAFE_WARNINGS = 24;

    private JavaCommand() {}

    /** Whether a process writes the class archive of its kind where there is none. */
    public enum Archive {
        WRITE,
        READ
    }

    /** @param heap the largest, as {@code -Xmx} takes it */
    public static List<String> of(String mainClass, String heap, Archive archive) {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElse("java"));
        line.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xss512k",
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:disable")); // what the JVM says about its archive
        if (Runtime.version().feature() >= FIRST_WITH_UNSAFE_WARNINGS) {
            line.add("--sun-misc-unsafe-memory-access=allow"); // protobuf's
        }
        line.addAll(archived(mainClass, archive));
        ownOptions().forEach(line::add);
        line.addAll(List.of("-cp", classPath(), mainClass));
        return line;
    }

    private static Stream<String> ownOptions() {
        String given = System.getenv().getOrDefault("REINS_JAVA_OPTIONS", "");
        return Stream.of(given.split("\\s+")).filter(option -> !option.isBlank());
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static List<String> archived(String mainClass, Archive archive) {
        Path jar = Path.of(classPath().split(":", 2)[0]).toAbsolutePath();
        if (!jar.toString().endsWith(".jar")) {
            return List.of(); // archives hold classes from jars alone
        }
        try {
            Path folder = Files.createDirectories(jar.resolveSibling("cds"));
            String file = "-XX:SharedArchiveFile=" + folder.resolve(mainClass + ".jsa");
            return archive == Archive.WRITE ? List.of("-XX:+AutoCreateSharedArchive", file) : List.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
