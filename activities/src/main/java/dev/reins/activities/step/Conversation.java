package dev.reins.activities.step;

import dev.reins.activities.model.ChatMessage;
import dev.reins.activities.model.ModelReply;
import dev.reins.activities.model.RequestedCall;
import dev.reins.store.journal.Journal;
import dev.reins.store.journal.NewMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A run's conversation as it is stored: {@code {text, toolCalls?: [{id, tool, arguments}], toolCallId?}}. */
final class Conversation {
    /** Characters of a tool's output that a model is shown. */
    private static final int SHOWN = 20_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Conversation() {}

    /** What a reply is stored as: a step's output, and an assistant's message. */
    static ObjectNode json(ModelReply reply) {
        ObjectNode json = NODES.objectNode().put("text", reply.text());
        if (!reply.calls().isEmpty()) {
            var calls = json.putArray("toolCalls");
            for (RequestedCall call : reply.calls()) {
                calls.addObject().put("id", call.id()).put("tool", call.tool()).set("arguments", call.arguments());
            }
        }
        return json;
    }

    /** The tool calls of a stored reply. */
    static List<RequestedCall> calls(JsonNode reply) {
        List<RequestedCall> calls = new ArrayList<>();
        for (JsonNode call : reply.path("toolCalls")) {
            calls.add(new RequestedCall(
                    call.path("id").asString(""), call.path("tool").asString(""), call.path("arguments")));
        }
        return calls;
    }

    static NewMessage toolMessage(String callId, String text) {
        String shown = text.length() <= SHOWN
                ? text
                : text.substring(0, SHOWN) + " … (" + (text.length() - SHOWN) + " more characters)";
        return new NewMessage("tool", NODES.objectNode().put("text", shown).put("toolCallId", callId));
    }

    /**
     * What a model is shown: of a long conversation the prompt and the latest messages, without answers to calls that
     * are no longer in it. The instructions, which the conversation begins with, it is told apart from it.
     *
     * @param prompt empty if it is among the latest
     */
    static List<ChatMessage> shown(List<Journal.Message> latest, Optional<Journal.Message> prompt) {
        List<Journal.Message> ordered = inCallOrder(latest);
        Stream<Journal.Message> rest = prompt.isEmpty()
                ? ordered.stream()
                : ordered.stream().dropWhile(message -> message.role().equals("tool"));
        Stream<Journal.Message> first =
                prompt.stream().filter(said -> said.id() < latest.getFirst().id());
        return Stream.concat(first, rest)
                .filter(message -> !isInstructions(message))
                .map(Conversation::message)
                .toList();
    }

    /** What was said from one model turn to the next: by its calls, each in its place, and by a person in between. */
    private static final class Turn {
        private final SortedMap<Integer, List<Journal.Message>> said = new TreeMap<>();
        private final Map<String, Integer> places = new HashMap<>();
        private int latest;

        void add(Journal.Message message) {
            int place = Objects.requireNonNullElseGet(message.stepNumber(), () -> placeOf(message));
            latest = Math.max(latest, place);
            said.computeIfAbsent(place, none -> new ArrayList<>()).add(message);
            for (RequestedCall call : calls(message.content())) {
                places.put(call.id(), place + 1 + places.size());
            }
        }

        /** Of what no step of the run has written: the answers to calls that were never made, and what a person said. */
        private int placeOf(Journal.Message message) {
            return places.getOrDefault(message.content().path("toolCallId").asString(""), latest);
        }

        Stream<Journal.Message> inOrder() {
            return said.values().stream().flatMap(List::stream);
        }
    }

    /** Calls that ran side by side said what came of them as they ended; a model hears of them in the order in which it asked. */
    private static List<Journal.Message> inCallOrder(List<Journal.Message> said) {
        List<Turn> turns = new ArrayList<>(List.of(new Turn()));
        for (Journal.Message message : said) {
            if (message.role().equals("assistant")) {
                turns.add(new Turn());
            }
            turns.getLast().add(message);
        }
        return turns.stream().flatMap(Turn::inOrder).toList();
    }

    private static boolean isInstructions(Journal.Message message) {
        return message.role().equals("system") && message.stepNumber() == null;
    }

    private static ChatMessage message(Journal.Message stored) {
        JsonNode content = stored.content();
        JsonNode callId = content.path("toolCallId");
        return new ChatMessage(
                stored.role(),
                content.path("text").asString(""),
                calls(content),
                callId.isString() ? callId.stringValue() : null);
    }
}
