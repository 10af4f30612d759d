package dev.reins.store.admission;

/** What a run has used so far. {@code activeMs} counts active time alone. */
public record RunTotals(int stepCount, long creditsUsed, long inputTokens, long outputTokens, long activeMs) {}
