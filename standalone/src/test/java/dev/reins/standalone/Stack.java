package dev.reins.standalone;

import dev.reins.standalone.rest.RestClient;
import dev.reins.standalone.temporal.TemporalBinary;
import dev.reins.standalone.temporal.TemporalFinder;
import dev.reins.store.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.json.JsonMapper;

/**
 * A whole Reins on free ports, with a data folder of its own, started as the launcher starts it and driven from outside.
 * Tests share one where they can: {@link #shared()}.
 */
public final class Stack implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration START = Duration.ofMinutes(4);

    private final LaunchedReins reins;
    private final boolean ownsHome;

    private Stack(LaunchedReins reins, boolean ownsHome) {
        this.reins = reins;
        this.ownsHome = ownsHome;
    }

    /** The one that all tests of this JVM use which do not kill it as a whole; it ends with the JVM. */
    public static Stack shared() {
        return Shared.STACK;
    }

    private static final class Shared {
        static final Stack STACK = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(STACK::close));
        }
    }

    /** Starts one with a new data folder. */
    public static Stack start(String... options) {
        return start(Map.of(), options);
    }

    /** @param environment what it is told besides */
    public static Stack start(Map<String, String> environment, String... options) {
        try {
            return start(Files.createTempDirectory("reins-stack-"), true, environment, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one with a data folder that outlives it. */
    public static Stack startIn(Path home, String... options) {
        return start(home, false, Map.of(), options);
    }

    private static Stack start(Path home, boolean ownsHome, Map<String, String> environment, String... options) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("REINS_HTTP_ALLOW", "127.0.0.1");
        LaunchedReins reins = LaunchedReins.launch("up", home, all, options);
        reins.awaitReady(START);
        return new Stack(reins, ownsHome);
    }

    public Endpoints endpoints() {
        return reins.endpoints();
    }

    public Path home() {
        return reins.home();
    }

    public ProcessHandle supervisor() {
        return reins.process();
    }

    /** All that has been printed. */
    public String output() {
        return reins.output();
    }

    public RestClient admin() {
        return rest(endpoints().adminKey());
    }

    /** The demo user. */
    public RestClient user() {
        return rest(endpoints().userKey());
    }

    public RestClient rest(String key) {
        return new RestClient(URI.create(endpoints().api()), key);
    }

    /** Where the demo project's runs are. */
    public String runs() {
        return "/api/projects/" + endpoints().projectId() + "/agent-runs";
    }

    /** A user of the demo project, with credits and a key. */
    public record User(String id, RestClient rest) {}

    public User newUser(String tier, long credits) {
        String id = "user-" + UUID.randomUUID();
        RestClient admin = admin();
        admin.put("/api/admin/users/" + id, Map.of("tier", tier));
        if (credits > 0) {
            admin.post("/api/admin/users/" + id + "/credits", Map.of("amount", credits, "reason", "for a test"));
        }
        var key = Map.of("userId", id, "projectId", endpoints().projectId(), "role", "user");
        return new User(id, rest(admin.post("/api/admin/keys", key).path("key").asString()));
    }

    /** Kills with SIGKILL, as {@code kill -9} does. */
    public static void kill9(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Everything at once, as a power cut does; whatever is left ends by itself. */
    public void kill9Everything() {
        List<ProcessHandle> all = reins.tree();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** What dies stays dead until {@link #thawSupervisor}. */
    public void freezeSupervisor() {
        signalSupervisor("STOP");
    }

    public void thawSupervisor() {
        signalSupervisor("CONT");
    }

    private void signalSupervisor(String signal) {
        CommandResult.of(
                List.of("kill", "-" + signal, Long.toString(supervisor().pid())));
    }

    /** Runs SQL against the database and gives its rows, by column name. */
    public List<Map<String, Object>> sql(String query, Object... parameters) {
        DatabaseUrl place = DatabaseUrl.parse(endpoints().database());
        try (Connection connection = DriverManager.getConnection(place.jdbcUrl(), place.user(), place.password());
                var statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.execute() ? rows(statement.getResultSet()) : List.of();
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    private static List<Map<String, Object>> rows(ResultSet result) throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        while (result.next()) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                row.put(result.getMetaData().getColumnLabel(column), result.getObject(column));
            }
            rows.add(row);
        }
        return rows;
    }

    /** What the {@code temporal} command says, for example to {@code workflow list}. */
    public CommandResult temporal(String... arguments) {
        TemporalBinary binary =
                TemporalFinder.usual(System.getenv(), text -> {}).find();
        List<String> line = new ArrayList<>(List.of(binary.path().toString()));
        line.addAll(Arrays.asList(arguments));
        line.addAll(List.of("--address", endpoints().temporal(), "--color", "never"));
        return CommandResult.of(line);
    }

    /** How a command ended, and all that it said. */
    public record CommandResult(int status, String output) {
        static CommandResult of(List<String> line) {
            try {
                Path log = Files.createTempFile("command-", ".log");
                Process process = new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                process.getOutputStream().close();
                boolean ended = process.waitFor(4, TimeUnit.MINUTES);
                process.destroyForcibly();
                String output = Files.readString(log);
                Files.delete(log);
                return new CommandResult(ended ? process.exitValue() : -1, output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        reins.close();
        if (ownsHome) {
            delete(home());
        }
    }

    static void delete(Path folder) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            return true;
        });
    }

    static JsonMapper json() {
        return JSON;
    }
}
