package dev.reins.contracts.run;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.WaitingFor;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the {@code state} query: the workflow's own view of its run.
 *
 * @param currentStep the step being executed or waited with, of several side by side the first that has not ended; null
 *     between steps
 * @param currentTool its tool
 * @param activeMs active time as of the last step boundary
 */
public record RunState(
        RunStatus status,
        @Nullable WaitingFor waitingFor,
        @Nullable Long waitingUntilEpochMs,
        @Nullable String waitingMessage,
        @Nullable PauseReason pauseReason,
        int stepCount,
        @Nullable Integer maxSteps,
        long creditsUsed,
        @Nullable Long maxCredits,
        long inputTokens,
        long outputTokens,
        @Nullable String phase,
        @Nullable Integer currentStep,
        @Nullable String currentTool,
        long activeMs,
        LoopState loop) {
    /**
     * How near the run is to the loop guard's stop, as of the last tool call.
     *
     * @param repetitions how often the latest call, or cycle of calls, has been made in a row
     * @param cycleLength calls in that cycle: 1 for identical calls, up to 5
     */
    public record LoopState(int repetitions, int cycleLength) {}
}
