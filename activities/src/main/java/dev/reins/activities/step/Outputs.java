package dev.reins.activities.step;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Bounds what tools give; what PostgreSQL cannot hold of it, the store mends. */
final class Outputs {
    /** In characters of JSON: above what http.request gives of a body of 1 MiB in which every byte needs escaping. */
    static final int MAX_LENGTH = 7 << 20;

    private static final int KEPT = 1 << 16;

    private Outputs() {}

    /** The same, or of what is too long the beginning as text: {@code {truncated: true, text}}. */
    static JsonNode bounded(JsonNode output) {
        String text = output.toString();
        return text.length() <= MAX_LENGTH
                ? output
                : JsonNodeFactory.instance.objectNode().put("truncated", true).put("text", text.substring(0, KEPT));
    }
}
