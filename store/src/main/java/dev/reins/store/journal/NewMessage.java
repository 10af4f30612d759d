package dev.reins.store.journal;

import tools.jackson.databind.JsonNode;

/**
 * A message to append to a run's conversation.
 *
 * @param role user, assistant, tool or system
 * @param content {@code {text, toolCalls?: [{id, tool, arguments}], toolCallId?}}
 */
public record NewMessage(String role, JsonNode content) {}
