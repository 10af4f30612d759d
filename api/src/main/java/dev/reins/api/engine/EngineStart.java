package dev.reins.api.engine;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import org.jspecify.annotations.Nullable;

/** @param agentName what Temporal's UI shows the run as; null for a planned run without an agent */
public record EngineStart(
        RunId runId,
        String projectId,
        @Nullable String agentId,
        @Nullable String agentName,
        String userId,
        RunStatus status) {

    String summary() {
        return (agentName == null ? "plan" : agentName) + " · " + runId;
    }
}
