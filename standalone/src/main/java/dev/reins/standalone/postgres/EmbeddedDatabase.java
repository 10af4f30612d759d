package dev.reins.standalone.postgres;

import dev.reins.standalone.CannotStart;
import dev.reins.standalone.Home;
import dev.reins.standalone.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A PostgreSQL whose data lies in the data folder. Its password is made once and kept there. */
public final class EmbeddedDatabase {
    public static final String NAME = "reins";

    private static final String USER = "reins";
    private static final Duration STOPPING = Duration.ofSeconds(20);

    private final Home home;
    private final Path binaries;
    private final Path data;

    private EmbeddedDatabase(Home home, Path binaries) {
        this.home = home;
        this.binaries = binaries;
        this.data = home.file("postgres");
    }

    /** Readies the data: makes it where there is none, and clears what a crash has left. */
    public static EmbeddedDatabase prepare(Home home, Path cache) {
        EmbeddedDatabase database = new EmbeddedDatabase(home, PostgresBinaries.unpackedIn(cache));
        if (!Files.exists(database.data.resolve("PG_VERSION"))) {
            database.initialize();
        }
        database.awaitFormerOne();
        return database;
    }

    /** As {@code --database-url} takes it. */
    public String url(int port) {
        return "postgresql://" + USER + ":" + password() + "@127.0.0.1:" + port + "/" + NAME;
    }

    /** Where {@link #NAME} is made from, on a first start. */
    public String maintenanceUrl(int port) {
        return "postgresql://" + USER + ":" + password() + "@127.0.0.1:" + port + "/postgres";
    }

    public Command command(int port) {
        List<String> line = asSomeoneElse();
        line.addAll(List.of(binaries.resolve("bin/postgres").toString(), "-D", data.toString()));
        settings(port).forEach((name, value) -> line.addAll(List.of("-c", name + "=" + value)));
        return new Command("PostgreSQL", line, Map.of(), "INT", Duration.ofSeconds(15), home.log("postgres"));
    }

    private static Map<String, String> settings(int port) {
        return Map.of(
                "listen_addresses", "127.0.0.1",
                "port", Integer.toString(port),
                "unix_socket_directories", "",
                "max_connections", "200",
                "shared_buffers", "128MB",
                "log_min_messages", "warning",
                "timezone", "UTC");
    }

    private String password() {
        return home.read("postgres.password").map(String::strip).orElseGet(this::newPassword);
    }

    private String newPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        home.writePrivately("postgres.password", password);
        return password;
    }

    /** Made beside its place and renamed into it when complete, so that an interrupted start leaves no half of it. */
    private void initialize() {
        password();
        Path part = home.file("postgres.new");
        try {
            delete(part);
            Files.createDirectory(
                    part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            run(initdb(part));
            Files.move(part, data, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> initdb(Path folder) {
        List<String> line = asSomeoneElse();
        line.addAll(List.of(
                binaries.resolve("bin/initdb").toString(),
                "--pgdata=" + folder,
                "--username=" + USER,
                "--pwfile=" + home.file("postgres.password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-instructions"));
        return line;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(List<String> line) throws IOException {
        Path log = home.log("postgres");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new CannotStart("PostgreSQL cannot make its data in " + data + " (see " + log
                        + "): start as another user, or use an existing one with --database-url.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new CannotStart("Interrupted while PostgreSQL made its data.", e);
        }
    }

    /** PostgreSQL refuses to run as root: it then runs as root of a user namespace in which it is nobody. */
    private static List<String> asSomeoneElse() {
        List<String> line = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            line.addAll(List.of("unshare", "--user"));
        }
        return line;
    }

    /** After a crash of the supervisor the former server may still be stopping, or have left its pid file behind. */
    private void awaitFormerOne() {
        Path pidFile = data.resolve("postmaster.pid");
        try {
            Optional<ProcessHandle> former = Files.exists(pidFile) ? former(pidFile) : Optional.empty();
            former.ifPresent(EmbeddedDatabase::awaitEnd);
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessHandle> former(Path pidFile) throws IOException {
        String first = Files.readString(pidFile).lines().findFirst().orElse("0").strip();
        return ProcessHandle.of(Long.parseLong(first))
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(STOPPING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new CannotStart(
                    "Another PostgreSQL (process " + process.pid() + ") still uses the data folder: stop it.", e);
        }
    }
}
