package dev.reins.benchmarks.contestant;

import dev.reins.standalone.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Restate's server, fetched once from its npm package and kept. */
final class RestateProgram {
    static final String VERSION = "1.7.12";

    private static final int PATIENCE_SECONDS = 300;

    private RestateProgram() {}

    /** @throws CannotStart if it is not there and cannot be fetched */
    static Path in(Path cache) {
        Path folder = cache.resolve("restate-" + VERSION);
        String name = "restate-server-" + system() + "-" + architecture();
        Path program = folder.resolve("node_modules/@restatedev/" + name + "/bin/restate-server");
        if (!Files.isExecutable(program)) {
            fetch(folder, "@restatedev/" + name + "@" + VERSION);
        }
        if (!Files.isExecutable(program)) {
            throw new CannotStart("npm fetched no restate-server for this system.");
        }
        return program;
    }

    /** The platform's own package holds the program; the one around it would run scripts and report its installation. */
    private static void fetch(Path folder, String name) {
        try {
            Files.createDirectories(folder);
            Process npm = new ProcessBuilder(List.of(
                            "npm",
                            "install",
                            "--prefix",
                            folder.toString(),
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            name))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("npm.log").toFile())
                    .start();
            if (!npm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new CannotStart("npm cannot fetch " + name + " (see " + folder.resolve("npm.log") + ").");
            }
        } catch (IOException e) {
            throw new CannotStart("There is no npm to fetch " + name + " with: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted while fetching " + name + ".", e);
        }
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
    }
}
