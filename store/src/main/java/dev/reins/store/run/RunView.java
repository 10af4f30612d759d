package dev.reins.store.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A run as the wire shows it, field by field, absent values as nulls. Enumerated fields hold the wire's words. */
public record RunView(
        String id,
        String projectId,
        @Nullable String agentId,
        @Nullable Integer definitionVersion,
        String userId,
        String status,
        @Nullable String waitingFor,
        @Nullable Instant waitingUntil,
        @Nullable String waitingMessage,
        @Nullable String pauseReason,
        @Nullable String stopReason,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        int stepCount,
        @Nullable Integer maxSteps,
        long creditsUsed,
        long creditsReserved,
        @Nullable Long maxCredits,
        String costLevel,
        long inputTokens,
        long outputTokens,
        @Nullable String phase,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Long durationMs,
        long activeMs,
        long waitingMs,
        long pausedMs,
        @Nullable String parentRunId,
        @Nullable String rootRunId,
        @Nullable String resumedFrom,
        int generation,
        String startedVia,
        String workflowId) {}
