package dev.reins.standalone.demo;

import dev.reins.standalone.Endpoints;
import dev.reins.standalone.Screen;
import dev.reins.standalone.Standalone;
import dev.reins.standalone.rest.RestClient;
import dev.reins.standalone.rest.RestProblem;
import dev.reins.standalone.temporal.Engine;
import dev.reins.standalone.tracker.Issue;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Four real runs on the running whole, told while they happen, and checked. */
public final class Play {
    private static final int STEPS = 8;
    private static final int PAUSE_AFTER = 3;
    private static final Duration RESTART = Duration.ofSeconds(60);

    private final Standalone standalone;
    private final Endpoints endpoints;
    private final Screen screen;
    private final RunReader runs;

    public Play(Standalone standalone, Endpoints endpoints, Screen screen) {
        this.standalone = standalone;
        this.endpoints = endpoints;
        this.screen = screen;
        this.runs =
                new RunReader(new RestClient(URI.create(endpoints.api()), endpoints.userKey()), endpoints.projectId());
    }

    /** @return whether everything was as it should be */
    public boolean play() {
        screen.blank();
        screen.title("Four runs, each of them a durable Temporal workflow");
        boolean tidied = act("1  An agent tidies an issue tracker, over real HTTP", this::tidy);
        boolean survived = act("2  A run is paused, its worker is killed, and it goes on where it was", this::survive);
        boolean stopped = act("3  An agent that goes round in circles is stopped", this::stopLoop);
        boolean raised = act("4  A run reaches its credit limit, gets more, and finishes", this::raiseLimit);
        return tidied & survived & stopped & raised;
    }

    private boolean act(String title, Supplier<Scene> scene) {
        screen.blank();
        screen.title("  " + title);
        try {
            return scene.get().asExpected();
        } catch (RestProblem e) {
            screen.line("     " + screen.red("NOT SO    ") + e.getMessage());
            return false;
        }
    }

    private Scene agentRun(String agent, String prompt) {
        String id = Objects.requireNonNull(endpoints.agents().get(agent), agent);
        return new Scene(runs, screen, runs.start(Map.of("agentId", id, "prompt", prompt)));
    }

    private Scene tidy() {
        standalone.tracker().issues().reset();
        List<Integer> toClose = openIssues().stream()
                .filter(issue ->
                        issue.labels().contains("stale") || issue.labels().contains("duplicate"))
                .map(Issue::number)
                .toList();
        int before = openIssues().size();
        Scene scene = agentRun("janitor", "Tidy the tracker.");
        JsonNode run = scene.untilItEnds();
        scene.check(Scene.is(run, "status", "completed"), "the run is completed");
        List<Integer> left = openIssues().stream().map(Issue::number).toList();
        scene.check(
                left.size() == before - toClose.size() && toClose.stream().noneMatch(left::contains),
                "the tracker itself has closed " + toClose + " and has " + left.size() + " of " + before
                        + " issues open");
        return scene;
    }

    private List<Issue> openIssues() {
        return standalone.tracker().issues().all().stream()
                .filter(Issue::isOpen)
                .toList();
    }

    private Scene survive() {
        Scene scene = new Scene(runs, screen, runs.start(Map.of("plan", plan())));
        scene.until(run -> run.path("stepCount").asInt() >= PAUSE_AFTER);
        runs.control(scene.runId(), "pause", Map.of("reason", "to kill its worker"));
        int pausedAt = scene.untilStatus("paused").path("stepCount").asInt();
        if (pausedAt >= STEPS) {
            scene.check(false, "the run could be paused before its last step");
            return scene;
        }
        kill(scene);
        JsonNode still = runs.run(scene.runId());
        scene.check(
                Scene.is(still, "status", "paused") && still.path("stepCount").asInt() == pausedAt,
                "the run is still paused after step " + pausedAt);
        runs.control(scene.runId(), "resume", Map.of());
        JsonNode run = scene.untilItEnds();
        List<Integer> done = runs.toolCalls(scene.runId()).stream()
                .filter(call -> Scene.is(call, "status", "completed"))
                .map(call -> call.path("stepNumber").asInt())
                .toList();
        scene.check(
                Scene.is(run, "status", "completed")
                        && done.equals(IntStream.rangeClosed(1, STEPS).boxed().toList()),
                "it went on with step " + (pausedAt + 1) + "; each of the " + STEPS + " steps was done once, in order");
        return scene;
    }

    /** Each waits a little differently, as the loop guard would stop a row of identical calls. */
    private static List<Map<String, Object>> plan() {
        return IntStream.rangeClosed(1, STEPS)
                .<Map<String, Object>>mapToObj(step ->
                        Map.of("tool", "delay", "description", "Work a little", "params", Map.of("ms", 600 + step)))
                .toList();
    }

    /** Kills the worker that last worked on the run, and waits until it is back. */
    private void kill(Scene scene) {
        long pid;
        try (Engine engine = new Engine(endpoints.temporal())) {
            List<Long> workers = standalone.endpoints().pids().workers();
            pid = engine.lastWorkerOf(scene.runId()).filter(workers::contains).orElse(workers.getFirst());
        }
        scene.tell("kill -9   " + pid + ", the worker that has the run");
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        scene.check(isBackWithout(pid), "the worker was started again by itself");
    }

    private boolean isBackWithout(long pid) {
        Instant deadline = Instant.now().plus(RESTART);
        try (Engine engine = new Engine(endpoints.temporal())) {
            while (Instant.now().isBefore(deadline)) {
                List<Long> workers = standalone.endpoints().pids().workers();
                if (!workers.contains(pid) && workers.stream().allMatch(engine::isPolledBy)) {
                    return true;
                }
                Scene.pause();
            }
        }
        return false;
    }

    private Scene stopLoop() {
        Scene scene = agentRun("looper", "Look at the open issues until something changes.");
        JsonNode run = scene.untilItEnds();
        long calls = runs.toolCalls(scene.runId()).stream()
                .filter(call -> Scene.is(call, "status", "completed"))
                .count();
        scene.check(
                Scene.is(run, "status", "failed") && Scene.is(run, "stopReason", "doom_loop") && calls == 4,
                "stopped by the loop guard after " + calls + " identical calls, before the 5th was made");
        return scene;
    }

    private Scene raiseLimit() {
        Scene scene = agentRun("spender", "Read every issue.");
        JsonNode paused = scene.until(run -> Scene.is(run, "status", "paused"));
        long limit = paused.path("maxCredits").asLong();
        scene.check(
                Scene.is(paused, "pauseReason", "cost_limit")
                        && paused.path("creditsUsed").asLong() <= limit,
                "paused at " + paused.path("creditsUsed").asLong() + " of " + limit + " credits, none overspent");
        if (Scene.is(paused, "status", "paused")) {
            scene.tell("raise     by 1000 credits");
            runs.control(scene.runId(), "resume", Map.of("extendCredits", 1000));
        }
        JsonNode run = scene.untilItEnds();
        scene.check(
                Scene.is(run, "status", "completed") && run.path("creditsUsed").asLong() > limit,
                "finished within the new limit of " + run.path("maxCredits").asLong() + " credits");
        return scene;
    }
}
