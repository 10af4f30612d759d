package dev.reins.activities.model;

import tools.jackson.databind.JsonNode;

/**
 * A tool call that a model asks for.
 *
 * @param id the provider's, which the answer names
 */
public record RequestedCall(String id, String tool, JsonNode arguments) {}
