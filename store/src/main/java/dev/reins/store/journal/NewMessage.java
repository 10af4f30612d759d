package dev.reins.store.journal;

import dev.reins.store.Storable;
import tools.jackson.databind.JsonNode;

/**
 * A message to append to a run's conversation.
 *
 * @param role user, assistant, tool or system
 * @param content {@code {text, toolCalls?: [{id, tool, arguments}], toolCallId?}}
 */
public record NewMessage(String role, JsonNode content) {

    /** Whether the output can be read from it: a model's reply is the message, that of a tool is told as its JSON text. */
    public boolean tells(JsonNode output) {
        return switch (role) {
            case "assistant" -> content.equals(output);
            case "tool" -> content.path("text").asString("").equals(Storable.json(output));
            default -> false;
        };
    }
}
