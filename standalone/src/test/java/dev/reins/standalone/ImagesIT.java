package dev.reins.standalone;

import static dev.reins.standalone.Plans.delay;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.process.GuardedProcess;
import dev.reins.standalone.rest.RestClient;
import dev.reins.standalone.temporal.Engine;
import dev.reins.store.DatabaseUrl;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The images without a container engine: what they hold, started as their containers would be, with what the compose file
 * says, against a PostgreSQL and a Temporal of their own.
 */
class ImagesIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String ADMIN_KEY = "reins_" + "k".repeat(43);
    private static final String RUNS = "/api/projects/shop/agent-runs";
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    private final List<GuardedProcess> started = new ArrayList<>();

    @Test
    void aRunThatLosesItsWorkerToSigtermIsFinishedByTheOther() throws InterruptedException {
        try (OwnBackends backends = new OwnBackends();
                Engine engine = new Engine(backends.temporalAddress())) {
            ComposeFile compose = ComposeFile.with(Map.of(
                    "POSTGRES_PASSWORD",
                    String.valueOf(DatabaseUrl.parse(backends.databaseUrl()).password()),
                    "REINS_ADMIN_KEY",
                    ADMIN_KEY));
            int port = Ports.free();
            GuardedProcess api = startApi(here(compose.environment("api"), backends), port);
            startWorkers(here(compose.environment("worker"), backends), engine);

            RestClient admin = new RestClient(URI.create("http://127.0.0.1:" + port), ADMIN_KEY);
            String path = RUNS + "/" + startRun(admin);
            GuardedProcess itsWorker = workerOf(engine, path);
            itsWorker.stop();
            assertThat(itsWorker.await()).isEqualTo(TERMINATED);
            JsonNode run =
                    Awaitility.await().atMost(LIMIT).until(() -> admin.get(path), row -> row.hasNonNull("finishedAt"));
            assertThat(run.path("status").asString()).isEqualTo("completed");
            assertThat(run.path("stepCount").asInt()).isEqualTo(3);

            api.stop();
            assertThat(api.await()).isEqualTo(TERMINATED);
        } finally {
            started.forEach(GuardedProcess::close);
        }
    }

    /** Other addresses, on this machine alone, the same variables. */
    private static Map<String, String> here(Map<String, String> composed, OwnBackends backends) {
        Map<String, String> environment = new HashMap<>();
        composed.forEach((name, value) -> environment.put(
                name,
                value.replace("@postgres:5432/", "@" + backends.databaseAddress() + "/")
                        .replace("temporal:7233", backends.temporalAddress())
                        .replace("0.0.0.0", "127.0.0.1")));
        return environment;
    }

    private static Map<String, String> toldAtAPortOfItsOwn(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        own.put("REINS_MANAGEMENT_PORT", Integer.toString(Ports.free()));
        return own;
    }

    private GuardedProcess startApi(Map<String, String> composed, int port) {
        Map<String, String> environment = toldAtAPortOfItsOwn(composed);
        environment.putAll(Map.of("REINS_API_HOST", "127.0.0.1", "REINS_API_PORT", Integer.toString(port)));
        ImageProcess image = ImageProcess.build("api", folder.resolve("api"));
        assertThat(image.isHealthy(environment)).isFalse();
        return startHealthy(image, environment, "api");
    }

    private void startWorkers(Map<String, String> environment, Engine engine) {
        ImageProcess image = ImageProcess.build("worker", folder.resolve("worker"));
        List<GuardedProcess> workers = List.of(
                startHealthy(image, toldAtAPortOfItsOwn(environment), "worker-1"),
                startHealthy(image, toldAtAPortOfItsOwn(environment), "worker-2"));
        assertThat(workers).allMatch(worker -> engine.isPolledBy(worker.pid()));
    }

    private GuardedProcess startHealthy(ImageProcess image, Map<String, String> environment, String name) {
        GuardedProcess process = start(image, environment, name);
        Awaitility.await().atMost(LIMIT).until(() -> image.isHealthy(environment));
        return process;
    }

    private GuardedProcess start(ImageProcess image, Map<String, String> environment, String name) {
        GuardedProcess process = image.start(environment, folder.resolve(name + ".log"));
        started.add(process);
        return process;
    }

    private static String startRun(RestClient admin) {
        admin.post("/api/admin/projects", Map.of("id", "shop", "name", "Shop"));
        admin.put("/api/admin/users/ada", Map.of("tier", "pro"));
        Map<String, Object> body = new HashMap<>(plan(delay(1_500), delay(1_501), echo("last")));
        body.put("userId", "ada");
        return admin.post(RUNS, body).path("id").asString();
    }

    private GuardedProcess workerOf(Engine engine, String path) {
        String id = path.substring(path.lastIndexOf('/') + 1);
        long pid = Awaitility.await()
                .atMost(LIMIT)
                .until(() -> engine.lastWorkerOf(id), found -> found.isPresent())
                .orElseThrow();
        return started.stream()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .orElseThrow();
    }
}
