package dev.reins.standalone;

import dev.reins.standalone.process.Supervised;
import dev.reins.standalone.rest.RestClient;
import dev.reins.standalone.temporal.Engine;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The api and the workers. */
record Applications(URI url, Supervised api, List<Supervised> workers) {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    static Applications start(ProcessTree processes, Children children, int port, String adminKey, Crew crew) {
        URI url = URI.create("http://127.0.0.1:" + port);
        Supervised api = processes.startApplication(children.api(port, adminKey));
        List<Supervised> workers = IntStream.rangeClosed(1, crew.workers())
                .mapToObj(number -> processes.startApplication(children.worker(number, crew.httpAllow())))
                .toList();
        return new Applications(url, api, workers);
    }

    /** How many workers there are, and what they may call. */
    record Crew(int workers, String httpAllow) {}

    void awaitReady(String adminKey, String temporalAddress) {
        RestClient admin = new RestClient(url, adminKey);
        Readiness.await(api, LIMIT, () -> answers(admin));
        try (Engine engine = new Engine(temporalAddress)) {
            workers.forEach(worker -> Readiness.await(worker, LIMIT, () -> engine.isPolledBy(worker.pid())));
        }
    }

    private static boolean answers(RestClient admin) {
        try {
            return admin.call("GET", "/api/admin/projects?limit=1", null, Map.of())
                            .status()
                    == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    List<Long> workerPids() {
        return workers.stream().map(Supervised::pid).toList();
    }
}
