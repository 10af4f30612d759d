package dev.reins.activities.tool;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * One call of a tool.
 *
 * @param stepKey {@code runId/stepNumber}: the same for every attempt, so it serves as the call's idempotency key
 * @param deadline when the call is aborted if it has not ended
 */
public record ToolCall(String stepKey, JsonNode input, Instant deadline, Cancellation cancellation) {}
