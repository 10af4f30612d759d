package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code reins} and {@code mvnw}, as copies beside a small project of their own. */
class ScriptsTest {
    private static final Path CHECKOUT = Path.of("").toAbsolutePath().getParent();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path archive;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        archive = folder.resolve("archive.zip");
    }

    // --- mvnw ---

    @Test
    void anArchiveThatIsNotThePinnedOneIsRefusedAndLeavesNothing() throws Exception {
        zip("#!/bin/sh\necho strange\n");
        fetchFrom("cp " + archive);
        Files.copy(CHECKOUT.resolve("mvnw"), folder.resolve("mvnw"));

        Script refused = mvnw();

        assertThat(refused.awaitEnd()).isEqualTo(1);
        assertThat(refused.output())
                .contains("mvnw: what was fetched is not Maven")
                .doesNotContain("strange");
        assertThat(dists()).isEmpty();
    }

    @Test
    void halfAnInstallationIsNeverTakenForAWholeOne() throws Exception {
        zip("#!/bin/sh\necho whole\n");
        fetchFrom("cp " + archive);
        pin();
        executable(
                "bin/unzip",
                "mkdir -p \"$4/apache-maven-3.9.11/bin\"; echo 'echo half' >\"$4/apache-maven-3.9.11/bin/mvn\"; "
                        + "chmod +x \"$4/apache-maven-3.9.11/bin/mvn\"; kill -9 $PPID");
        assertThat(mvnw().awaitEnd()).isNotZero();
        executable("bin/unzip", "cd \"$4\" && exec '" + System.getProperty("java.home") + "/bin/jar' xf \"$2\"");

        Script whole = mvnw();

        assertThat(whole.awaitEnd()).as(whole::output).isZero();
        assertThat(whole.output()).contains("whole").doesNotContain("half");
        Files.delete(archive);
        assertThat(mvnw().awaitEnd()).as("needs to fetch it once").isZero();
    }

    private void zip(String mvn) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("apache-maven-3.9.11/bin/mvn"));
            zip.write(mvn.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /** In the place of curl, which is called with {@code ... -o TARGET URL}. */
    private void fetchFrom(String copy) throws IOException {
        executable("bin/curl", "while [ \"$1\" != -o ]; do shift; done; exec " + copy + " \"$2\"");
    }

    /** Makes the archive the one that the script expects. */
    private void pin() throws Exception {
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive)));
        String script = Files.readString(CHECKOUT.resolve("mvnw")).replaceAll("(?m)^sha512=.*", "sha512=" + sum);
        Files.writeString(
                folder.resolve("mvnw"), script.replace("exec \"$home/bin/mvn\"", "exec sh \"$home/bin/mvn\""));
    }

    private Script mvnw() throws IOException {
        return script("sh", folder.resolve("mvnw").toString());
    }

    private List<Path> dists() throws IOException {
        try (Stream<Path> found = Files.walk(folder.resolve("m2"))) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    // --- reins ---

    @Test
    void whoWaitsForABuildSaysSoAndGoesOnWhenItsOwnerIsKilled() throws Exception {
        project();
        Script first = reins();
        await().atMost(LIMIT).until(() -> Files.exists(folder.resolve("building")));
        Script second = reins();
        await().atMost(LIMIT)
                .until(() -> second.output()
                        .contains("Waiting for another build (process "
                                + first.process().pid() + ")"));

        first.process().descendants().forEach(ProcessHandle::destroyForcibly);
        first.process().destroyForcibly();

        await().atMost(LIMIT).until(() -> second.output().contains("Building Reins"));
        Files.createFile(folder.resolve("go"));
        second.awaitEnd();
        assertThat(second.output()).doesNotContain("the build failed");
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        project();
        Script first = reins();
        await().atMost(LIMIT).until(() -> Files.exists(folder.resolve("building")));
        Script second = reins();
        await().atMost(LIMIT).until(() -> second.output().contains("Waiting for another build"));

        Files.createFile(folder.resolve("go"));

        first.awaitEnd();
        second.awaitEnd();
        assertThat(first.output()).contains("Building Reins");
        assertThat(second.output()).doesNotContain("Building Reins");
    }

    @Test
    void aBuildThatIsInterruptedSaysSo() throws Exception {
        project();
        // A job of its own, as at a terminal, where Ctrl-C reaches everything that the command has started; whoever
        // runs the
        // tests in the background has them ignore it.
        String atATerminal = "$SIG{INT} = 'DEFAULT'; exec @ARGV";
        String job = "set -m; bash " + folder.resolve("reins") + " up & echo job $!; wait $!";
        Script shell = script("perl", "-e", atATerminal, "bash", "-c", job);
        await().atMost(LIMIT).until(() -> Files.exists(folder.resolve("building")));
        String group = shell.output().replaceFirst("(?s).*job (\\d+).*", "$1");

        new ProcessBuilder("kill", "-INT", "--", "-" + group).start().waitFor();

        assertThat(shell.awaitEnd()).as(shell::output).isEqualTo(130);
        assertThat(shell.output()).contains("\nInterrupted.\n").doesNotContain("the build failed");
    }

    /** Its build waits until it may go on; what is built is an empty class path, so that the start then ends at once. */
    private void project() throws IOException {
        Files.copy(CHECKOUT.resolve("reins"), folder.resolve("reins"));
        Files.createDirectories(folder.resolve("standalone/src/main"));
        Files.createDirectories(folder.resolve("standalone/target"));
        Files.createFile(folder.resolve("pom.xml"));
        Files.createFile(folder.resolve("standalone/pom.xml"));
        executable(
                "mvnw",
                "touch building; until [ -e go ]; do sleep 0.1; done; "
                        + "touch standalone/target/standalone-1.jar; echo \"$PWD/standalone/target/standalone-1.jar\" "
                        + ">standalone/target/classpath");
    }

    private Script reins() throws IOException {
        return script("bash", folder.resolve("reins").toString(), "up");
    }

    // --- both ---

    private void executable(String name, String command) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Script script(String... line) throws IOException {
        Path printed = Files.createTempFile(folder, "printed", ".log");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        folder.resolve("bin") + ":" + System.getenv("PATH"),
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "MAVEN_USER_HOME",
                        folder.resolve("m2").toString(),
                        "MVNW_REPOURL",
                        "https://repository.invalid"));
        return new Script(builder.start(), printed);
    }

    private record Script(Process process, Path printed) {
        int awaitEnd() throws InterruptedException {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(this::output)
                    .isTrue();
            return process.exitValue();
        }

        String output() {
            try {
                return Files.readString(printed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
