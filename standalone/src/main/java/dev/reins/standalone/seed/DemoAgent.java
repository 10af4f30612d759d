package dev.reins.standalone.seed;

import java.util.List;
import java.util.Map;

/** An agent of the demo project. A script plays its model, so that it costs nothing and does the same each time. */
record DemoAgent(String name, String instructions, Map<String, Object> limits) {
    private static final List<String> TOOLS = List.of("http.request", "ai.complete", "echo", "delay");

    static List<DemoAgent> all(String trackerUrl) {
        String tracker = "\ntracker: " + trackerUrl;
        return List.of(
                new DemoAgent(
                        "janitor",
                        "Tidy the issue tracker: close what is stale or a duplicate, and report what you did."
                                + tracker,
                        Map.of()),
                new DemoAgent("looper", "Look at the open issues until something changes." + tracker, Map.of()),
                new DemoAgent(
                        "spender",
                        "Read every issue of the tracker, one after the other." + tracker,
                        Map.of("maxCredits", 60)));
    }

    Map<String, Object> definition() {
        return Map.of(
                "name", name,
                "instructions", instructions,
                "model", Map.of("provider", "scripted", "name", name, "maxTokens", 200, "temperature", 0),
                "tools", TOOLS,
                "limits", limits);
    }
}
