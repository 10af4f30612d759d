package dev.reins.standalone.demo;

import dev.reins.standalone.Screen;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** One run of the play: told while it happens, and checked for what it claims. */
final class Scene {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int POLL_MILLIS = 150;

    private final RunReader runs;
    private final Screen screen;
    private final String runId;
    private final Narrator narrator;
    private boolean asExpected = true;

    Scene(RunReader runs, Screen screen, String runId) {
        this.runs = runs;
        this.screen = screen;
        this.runId = runId;
        this.narrator = new Narrator(runs, screen, runId);
        narrator.line("run       " + runId);
    }

    String runId() {
        return runId;
    }

    boolean asExpected() {
        return asExpected;
    }

    void tell(String text) {
        narrator.line(text);
    }

    /** Tells what happens until the run is as wanted, or has ended otherwise, or takes too long. */
    JsonNode until(Predicate<JsonNode> wanted) {
        Instant deadline = Instant.now().plus(LIMIT);
        while (true) {
            JsonNode run = runs.run(runId);
            narrator.tellNews();
            if (wanted.test(run) || hasEnded(run) || Instant.now().isAfter(deadline)) {
                return run;
            }
            pause();
        }
    }

    JsonNode untilItEnds() {
        JsonNode run = until(Scene::hasEnded);
        narrator.tellNews();
        narrator.line(ending(run));
        return run;
    }

    JsonNode untilStatus(String status) {
        return until(run -> is(run, "status", status));
    }

    private static String ending(JsonNode run) {
        String why = run.path("errorMessage").asString("");
        return String.format(
                "%-10safter %d steps, for %d credits%s",
                run.path("status").asString(""),
                run.path("stepCount").asInt(),
                run.path("creditsUsed").asLong(),
                why.isEmpty() ? "" : ": " + why);
    }

    static boolean hasEnded(JsonNode run) {
        return run.hasNonNull("finishedAt");
    }

    static boolean is(JsonNode run, String field, String value) {
        return run.path(field).asString("").equals(value);
    }

    /** Says plainly whether what was promised is so. */
    void check(boolean holds, String claim) {
        asExpected &= holds;
        screen.line("     " + (holds ? screen.green("checked   ") + claim : screen.red("NOT SO    ") + claim));
    }

    static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while watching a run", e);
        }
    }
}
