package dev.reins.contracts.limits;

import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.OnLimit;
import dev.reins.contracts.OnRateLimit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's limits, complete: the snapshot that every guard reads. A null amount means no cap.
 *
 * @param maxSteps guarded operations over the whole life of the run
 * @param maxCredits credits over the whole life of the run
 * @param maxCreditsPerStep credits that one step may reserve
 * @param warningThreshold percent of maxCredits from which the cost level is {@code warning}, 1 to 95
 * @param timeoutSeconds active time; null: none
 * @param toolTimeoutMs per category, every category present
 * @param ratePerMinute per category, in any 60 s; an absent category has no cap
 * @param maxRateWaitSeconds how long one step may wait for its slot, 0 to 86,400
 */
public record RunLimits(
        @Nullable Integer maxSteps,
        @Nullable Long maxCredits,
        @Nullable Long maxCreditsPerStep,
        int warningThreshold,
        @Nullable Long timeoutSeconds,
        Map<Category, Long> toolTimeoutMs,
        Map<Category, Integer> ratePerMinute,
        OnRateLimit onRateLimit,
        int maxRateWaitSeconds,
        OnLimit onLimit,
        Lane lane) {
    public RunLimits {
        toolTimeoutMs = Map.copyOf(toolTimeoutMs);
        ratePerMinute = Map.copyOf(ratePerMinute);
    }
}
