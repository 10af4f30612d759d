package dev.reins.standalone.demo;

import dev.reins.standalone.Screen;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Tells a run while it happens: a line for each event that a newcomer cares about. */
final class Narrator {
    private static final int WIDTH = 108;
    private static final int LONGEST = 400;
    private static final int TEXT_COLUMN = 10;
    private static final String MARGIN = " ".repeat(5);

    private final RunReader runs;
    private final Screen screen;
    private final String runId;
    private long told;

    Narrator(RunReader runs, Screen screen, String runId) {
        this.runs = runs;
        this.screen = screen;
        this.runId = runId;
    }

    /** Tells what has happened since the last call. */
    void tellNews() {
        for (JsonNode event : runs.events(runId)) {
            long seq = event.path("seq").asLong();
            if (seq > told) {
                told = seq;
                sentence(event).forEach(this::line);
            }
        }
    }

    /** Long lines go on below where their text began. */
    void line(String text) {
        String rest = text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
        String indent = MARGIN;
        while (rest.length() > WIDTH) {
            int end = rest.lastIndexOf(' ', WIDTH);
            end = end > TEXT_COLUMN ? end : WIDTH;
            screen.line(indent + rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
            indent = MARGIN + " ".repeat(TEXT_COLUMN);
        }
        screen.line(indent + rest);
    }

    private List<String> sentence(JsonNode event) {
        int step = event.path("stepNumber").asInt(0);
        JsonNode data = event.path("data");
        return switch (event.path("type").asString("")) {
            case "step.completed" -> completed(step, data);
            case "step.failed" -> List.of(step(step) + data.path("tool").asString("") + " failed: " + message(data));
            case "loop.warning", "cost.warning", "cost.critical", "guard.refused", "guard.waiting" ->
                List.of(screen.bold("guard     ") + message(data));
            case "run.pausing" -> List.of(screen.bold("pausing   ") + "after the step that is being done");
            case "run.paused" -> List.of(screen.bold("paused    ") + reason(data));
            case "run.resumed" -> List.of(screen.bold("resumed"));
            default -> List.of();
        };
    }

    private static String step(int number) {
        return String.format(Locale.ROOT, "step %-5d", number);
    }

    private static String message(JsonNode data) {
        return data.path("message").asString("");
    }

    private static String reason(JsonNode data) {
        String message = message(data);
        return message.isEmpty() ? data.path("pauseReason").asString("") : message;
    }

    private List<String> completed(int number, JsonNode data) {
        String tool = data.path("tool").asString("");
        if (!tool.equals("model.turn")) {
            return List.of(
                    step(number) + toolCall(number).map(Narrator::callInWords).orElse(tool));
        }
        return said(number).stream()
                .map(text -> step(number) + "model says: " + text)
                .toList();
    }

    private Optional<JsonNode> toolCall(int number) {
        return runs.toolCalls(runId).stream()
                .filter(call -> call.path("stepNumber").asInt() == number)
                .findFirst();
    }

    private List<String> said(int number) {
        List<String> texts = new ArrayList<>(runs.messages(runId).stream()
                .filter(message -> message.path("role").asString("").equals("assistant"))
                .filter(message -> message.path("stepNumber").asInt(0) == number)
                .map(message -> message.path("content").path("text").asString(""))
                .toList());
        return texts.isEmpty() ? List.of("(asks for tools)") : texts;
    }

    /** "PATCH /issues/4 {"state":"closed"} -> 200" for HTTP; tool and input for others. */
    static String callInWords(JsonNode call) {
        String tool = call.path("toolName").asString("");
        JsonNode input = call.path("input");
        if (!tool.equals("http.request")) {
            return tool + " " + arguments(input);
        }
        URI url = URI.create(input.path("url").asString("/"));
        String path = url.getPath() + (url.getQuery() == null ? "" : "?" + url.getQuery());
        String body = input.hasNonNull("body") ? " " + input.path("body") : "";
        String status = call.path("output").path("status").asString("no answer");
        return "http.request " + input.path("method").asString("GET") + " " + path + body + " -> " + status;
    }

    private static String arguments(JsonNode input) {
        return input.propertyStream()
                .map(entry -> entry.getKey() + "="
                        + entry.getValue().asString(entry.getValue().toString()))
                .collect(Collectors.joining(" "));
    }
}
