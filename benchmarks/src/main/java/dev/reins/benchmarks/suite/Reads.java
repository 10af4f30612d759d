package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.BareReads;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal.AtMost;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Installation;
import dev.reins.standalone.Endpoints;
import dev.reins.standalone.rest.RestClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** How long a read of a run takes at a steady rate, against the least that Spring MVC and PostgreSQL can do for it. */
final class Reads implements Benchmark {
    private static final int PER_SECOND = 100;
    private static final int REQUESTS = 5 * PER_SECOND;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @Override
    public String name() {
        return "reads";
    }

    @Override
    public String question() {
        return "GET of a run at " + PER_SECOND + " requests/s, against a bare handler with one select";
    }

    @Override
    public void take(Effort effort, Report report) {
        report.note(
                name(),
                "Each round " + REQUESTS + " requests, " + PER_SECOND
                        + " a second, whatever the answers do, first to one"
                        + " and then to the other, which goes first in the next; a request's time counts from when it was due."
                        + " Interleaved rounds: " + effort + ".");
        report.note(
                name(),
                "`reads`: the api of `./reins up` with two workers, which have nothing to do; one key. `bare`: "
                        + BareReads.CONFIGURATION + ".");
        try (Installation reins = new Installation();
                BareReads bare = BareReads.start(reins)) {
            Endpoints endpoints = reins.endpoints();
            String runId = aRun(reins.admin(), endpoints.projectId());
            String run = endpoints.api() + "/api/projects/" + endpoints.projectId() + "/agent-runs/" + runId;
            HttpRequest ours = HttpRequest.newBuilder(URI.create(run))
                    .header("Authorization", "Bearer " + endpoints.adminKey())
                    .build();
            HttpRequest theirs = HttpRequest.newBuilder(bare.run(runId)).build();
            report(effort, ours, theirs, report);
        }
    }

    private static String aRun(RestClient admin, String project) {
        Map<String, Object> body = Map.of(
                "userId",
                "demo-user",
                "plan",
                List.of(Map.of("tool", "echo", "description", "Echo", "params", Map.of("value", 1))));
        return admin.post("/api/projects/" + project + "/agent-runs", body)
                .path("id")
                .asString();
    }

    private void report(Effort effort, HttpRequest ours, HttpRequest theirs, Report report) {
        List<Double> bare = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = -effort.warmUps(); round < effort.rounds(); round++) {
            System.err.printf("reads: round %d of %d%n", round + 1, effort.rounds());
            boolean oursFirst = round % 2 != 0;
            double first = p99(oursFirst ? ours : theirs);
            double second = p99(oursFirst ? theirs : ours);
            double theirTime = oursFirst ? second : first;
            double ourTime = oursFirst ? first : second;
            if (round >= 0) {
                bare.add(theirTime);
                ratios.add(ourTime / theirTime);
            }
        }
        report.add(name(), Figure.sampled(name() + ".bare_p99", bare, "ms"));
        Figure ratio = Figure.sampled(name() + ".p99_vs_bare", ratios, "x bare");
        report.add(name(), ratio.withGoal(new AtMost(1.25)));
    }

    /** In milliseconds. */
    private double p99(HttpRequest request) {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            for (int number = 0; number < REQUESTS; number++) {
                long due = start + number * 1_000_000_000L / PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
                threads.submit(() -> nanos.add(timeOf(request, due)));
            }
        }
        if (nanos.size() != REQUESTS) {
            throw new IllegalStateException(REQUESTS - nanos.size() + " reads failed");
        }
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(REQUESTS * 99 / 100 - 1) / 1e6;
    }

    private long timeOf(HttpRequest request, long due) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + " answers " + answer.statusCode());
        }
        return System.nanoTime() - due;
    }
}
