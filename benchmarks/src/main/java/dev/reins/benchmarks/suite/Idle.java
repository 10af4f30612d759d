package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal;
import dev.reins.benchmarks.figure.Goal.AtMost;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.Installation;
import dev.reins.standalone.rest.RestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What many runs cost that only wait for a person. */
final class Idle implements Benchmark {
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int ASKING_AT_ONCE = 8;
    private static final Duration SETTLING = Duration.ofSeconds(10);
    private static final String USER = "idle-user";

    /** It pauses at its first step, which costs more than the run may. */
    private static final Map<String, Object> RUN = Map.of(
            "userId",
            USER,
            "plan",
            List.of(Map.of("tool", "echo", "description", "Echo", "params", Map.of("value", 1), "estimatedCredits", 2)),
            "limits",
            Map.of("maxCredits", 1));

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String question() {
        return "what %,d paused runs cost: listing, a restart, the workers' memory".formatted(MANY);
    }

    @Override
    public void take(Effort effort, Report report) {
        report.note(
                name(),
                "A whole Reins with two workers. Pages of 20 paused runs of a project with %,d of them and of one with %,d, asked for in turn with an administrator's key and with keys of the one user whose runs they all are (a list narrowed by agent or time counts what it narrows to, row by row, and is not among them); start and memory (%d s after it) with no run and with all of them."
                        .formatted(MANY, FEW, SETTLING.toSeconds()));
        try (Installation reins = new Installation()) {
            double emptyStart = seconds(reins.restart());
            double emptyMemory = settledMemory(reins);
            pauseRuns(reins);
            double fullStart = seconds(reins.restart());
            double fullMemory = settledMemory(reins);
            RestClient admin = reins.admin();
            list("list", new Askers(admin, admin), effort, report);
            list("user_list", new Askers(user(reins, "few"), user(reins, "many")), effort, report);
            counted(report, "empty_start", emptyStart, "s", null);
            counted(report, "start_vs_empty", fullStart / emptyStart, "x empty", new AtMost(2));
            counted(report, "empty_memory", emptyMemory / (1 << 20), "MiB", null);
            counted(report, "memory_vs_empty", fullMemory / emptyMemory, "x empty", new AtMost(1.2));
        }
    }

    private void counted(Report report, String quantity, double value, String unit, @Nullable Goal goal) {
        report.add(name(), Figure.counted(name() + "." + quantity, value, unit).withGoal(goal));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static double settledMemory(Installation reins) {
        rest(SETTLING);
        return reins.workerMemory();
    }

    private static void rest(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static void pauseRuns(Installation reins) {
        RestClient admin = reins.admin();
        admin.put("/api/admin/users/" + USER, Map.of("tier", "unlimited"));
        pauseRuns(admin, "few", FEW);
        pauseRuns(admin, "many", MANY);
    }

    private static void pauseRuns(RestClient admin, String project, int runs) {
        System.err.printf("idle: pausing %,d runs%n", runs);
        admin.post("/api/admin/projects", Map.of("id", project, "name", project));
        try (ExecutorService threads = Executors.newFixedThreadPool(ASKING_AT_ONCE)) {
            IntStream.range(0, runs).forEach(run -> threads.submit(() -> start(admin, project)));
        }
        Ground.await(Duration.ofMinutes(15), runs + " paused runs", () -> paused(admin, project) == runs);
    }

    /** The limit of requests per key is not what is measured here: who is refused asks again. */
    private static void start(RestClient admin, String project) {
        String runs = "/api/projects/" + project + "/agent-runs";
        Ground.await("a start", () -> admin.call("POST", runs, RUN, Map.of()).status() == 201);
    }

    private static String page(String project) {
        return "/api/projects/" + project + "/agent-runs?status=paused&limit=20";
    }

    private static long paused(RestClient admin, String project) {
        return admin.get(page(project)).path("totalCount").asLong();
    }

    /** Who asks for either list. */
    private record Askers(RestClient few, RestClient many) {}

    /** A user's key opens one project. */
    private static RestClient user(Installation reins, String project) {
        Map<String, String> key = Map.of("userId", USER, "projectId", project, "role", "user");
        return reins.as(reins.admin().post("/api/admin/keys", key).path("key").asString());
    }

    private void list(String list, Askers askers, Effort effort, Report report) {
        List<Double> few = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = -effort.warmUps(); round < effort.rounds(); round++) {
            double fewTime = timeOf(askers.few(), "few");
            double manyTime = timeOf(askers.many(), "many");
            if (round >= 0) {
                few.add(fewTime);
                ratios.add(manyTime / fewTime);
            }
        }
        report.add(name(), Figure.sampled(name() + "." + list + "_few", few, "ms"));
        Figure ratio = Figure.sampled(name() + "." + list + "_many_vs_few", ratios, "x few");
        report.add(name(), ratio.withGoal(new AtMost(1.5)));
    }

    /** The time of a page, over 20 of them. */
    private static double timeOf(RestClient asker, String project) {
        long start = System.nanoTime();
        IntStream.range(0, 20).forEach(page -> asker.get(page(project)));
        return (System.nanoTime() - start) / 20e6;
    }
}
