package dev.reins.activities.step;

import dev.reins.activities.model.ChatMessage;
import dev.reins.activities.model.ModelReply;
import dev.reins.activities.model.RequestedCall;
import dev.reins.store.journal.Journal;
import dev.reins.store.journal.NewMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        Stream<Journal.Message> rest = prompt.isEmpty()
                ? latest.stream()
                : latest.stream().dropWhile(message -> message.role().equals("tool"));
        return Stream.concat(
                        prompt.stream()
                                .filter(first -> first.id() < latest.getFirst().id()),
                        rest)
                .filter(message -> !isInstructions(message))
                .map(Conversation::message)
                .toList();
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
