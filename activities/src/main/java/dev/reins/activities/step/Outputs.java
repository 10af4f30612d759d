package dev.reins.activities.step;

import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Bounds what tools give; what PostgreSQL cannot hold of it, the store mends. */
final class Outputs {
    /** In characters of JSON: above what http.request gives of a body of 1 MiB in which every byte needs escaping. */
    static final int MAX_LENGTH = 7 << 20;

    /** Within an input of 100 levels, which is what requests may have, it can still be written. */
    static final int MAX_DEPTH = 200;

    private static final int KEPT = 1 << 16;

    private static final JsonMapper ANY_DEPTH = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private Outputs() {}

    /** The same, or of what is too long or too deep the beginning as text: {@code {truncated: true, text}}. */
    static JsonNode bounded(JsonNode output) {
        String text = ANY_DEPTH.writeValueAsString(output);
        return text.length() <= MAX_LENGTH && !isDeeper(output, MAX_DEPTH)
                ? output
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("truncated", true)
                        .put("text", text.substring(0, Math.min(KEPT, text.length())));
    }

    static boolean isDeeper(JsonNode node, int levels) {
        return node.isContainer() && (levels == 0 || node.valueStream().anyMatch(value -> isDeeper(value, levels - 1)));
    }
}
