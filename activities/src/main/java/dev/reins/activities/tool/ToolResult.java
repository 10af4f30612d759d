package dev.reins.activities.tool;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a call gave.
 *
 * @param preview a few words for people, without secrets and without content; cut at 200 characters
 * @param reportedCredits what it cost; null: its estimate
 * @param inputTokens read by a model on behalf of the call
 * @param outputTokens written by a model on behalf of the call
 */
public record ToolResult(
        JsonNode output,
        @Nullable String preview,
        @Nullable Long reportedCredits,
        long inputTokens,
        long outputTokens) {
    private static final int MOST_WORDS = 200;

    public ToolResult {
        preview = preview == null ? null : Words.atMost(MOST_WORDS, preview);
    }

    public static ToolResult of(JsonNode output, String preview) {
        return new ToolResult(output, preview, null, 0, 0);
    }
}
