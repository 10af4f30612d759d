package dev.reins.standalone;

import dev.reins.standalone.rest.RestClient;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** What a person finds on the screen when everything is ready: addresses, keys, and what to try. */
final class Farewell {
    private static final int SHOWN_RUNS = 5;

    private static final String PLAN = "{\"plan\":["
            + IntStream.rangeClosed(1, 3)
                    .mapToObj(step ->
                            "{\"tool\":\"delay\",\"description\":\"work\",\"params\":{\"ms\":2000" + step + "}}")
                    .collect(Collectors.joining(","))
            + "]}";

    private final Standalone standalone;
    private final Screen screen;

    Farewell(Standalone standalone, Screen screen) {
        this.standalone = standalone;
        this.screen = screen;
    }

    /** The newest runs of earlier starts, if there are any. */
    void showEarlierRuns() {
        Endpoints endpoints = standalone.endpoints();
        RestClient rest = new RestClient(URI.create(endpoints.api()), endpoints.userKey());
        JsonNode runs = rest.get("/api/projects/" + endpoints.projectId() + "/agent-runs?limit=" + SHOWN_RUNS);
        List<JsonNode> items = runs.path("items").valueStream().toList();
        if (items.isEmpty()) {
            return;
        }
        screen.blank();
        screen.title("Earlier runs: " + runs.path("totalCount").asLong() + ", the newest first");
        items.forEach(run -> screen.line("  " + inALine(run)));
    }

    private static String inALine(JsonNode run) {
        return String.format(
                "%-42s %-10s %3d steps %6d credits  %s",
                run.path("id").asString(""),
                run.path("status").asString(""),
                run.path("stepCount").asInt(),
                run.path("creditsUsed").asLong(),
                run.path("createdAt").asString("").replaceAll("\\.\\d+Z", "Z"));
    }

    void show() {
        Endpoints endpoints = standalone.endpoints();
        screen.blank();
        screen.title("Where things are");
        screen.say("API", endpoints.api());
        if (endpoints.temporalUi() != null) {
            screen.say("Temporal", endpoints.temporalUi() + "  (Web UI; its frontend is " + endpoints.temporal() + ")");
        } else {
            screen.say("Temporal", endpoints.temporal());
        }
        screen.say("tracker", standalone.tracker().url());
        screen.say("user key", endpoints.userKey());
        screen.say("admin key", endpoints.adminKey());
        screen.say("for programs", standalone.home().file(Endpoints.FILE).toString());
        screen.blank();
        screen.title("Try next");
        commands(endpoints).forEach(screen::line);
        screen.blank();
        screen.line("Ctrl-C stops everything; nothing is lost.");
    }

    /** To be pasted into a shell one after the other. */
    private List<String> commands(Endpoints endpoints) {
        String runs = endpoints.api() + "/api/projects/" + endpoints.projectId() + "/agent-runs";
        String curl = "curl -s -H \"Authorization: Bearer $KEY\" ";
        return List.of(
                "  KEY=" + endpoints.userKey() + " RUNS=" + runs,
                "",
                "  Start a run that works for a minute, and keep its id:",
                "    RUN=$(" + curl + "-H 'Content-Type: application/json' $RUNS \\",
                "      -d '" + PLAN + "' \\",
                "      | grep -o 'run-[0-9a-f-]*' | head -n 1); echo $RUN",
                "  Pause it, and wait until it is paused; resume and cancel have the same form:",
                "    " + curl + "-X POST \"$RUNS/$RUN/pause?wait=30\"",
                "  See it as Temporal sees it:",
                "    " + standalone.temporalCommand() + " workflow describe --workflow-id $RUN --address "
                        + endpoints.temporal());
    }
}
