package dev.reins.contracts.limits;

import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.OnLimit;
import dev.reins.contracts.OnRateLimit;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one layer says of the limits: null, or a category that is absent, means that it says nothing. In the system's
 * layer, under which there is none, an amount that is not said is not capped. Units and meanings are {@link RunLimits}'.
 */
public record LimitsPatch(
        @Nullable Integer maxSteps,
        @Nullable Long maxCredits,
        @Nullable Long maxCreditsPerStep,
        @Nullable Integer warningThreshold,
        @Nullable Long timeoutSeconds,
        @Nullable Map<Category, Long> toolTimeoutMs,
        @Nullable Map<Category, Integer> ratePerMinute,
        @Nullable OnRateLimit onRateLimit,
        @Nullable Integer maxRateWaitSeconds,
        @Nullable OnLimit onLimit,
        @Nullable Lane lane) {
    public static final LimitsPatch NOTHING =
            new LimitsPatch(null, null, null, null, null, null, null, null, null, null, null);

    public LimitsPatch {
        toolTimeoutMs = toolTimeoutMs == null ? null : copy(toolTimeoutMs);
        ratePerMinute = ratePerMinute == null ? null : copy(ratePerMinute);
    }

    /**
     * The values that are out of range.
     *
     * @param pointer where this patch stands in the request
     */
    public List<FieldError> outOfRange(String pointer) {
        return LimitRanges.check(this, pointer);
    }

    @Nullable
    Long toolTimeoutMs(Category category) {
        return toolTimeoutMs == null ? null : toolTimeoutMs.get(category);
    }

    @Nullable
    Integer ratePerMinute(Category category) {
        return ratePerMinute == null ? null : ratePerMinute.get(category);
    }

    private static <T> Map<Category, T> copy(Map<Category, T> map) {
        Map<Category, T> copy = new EnumMap<>(Category.class);
        copy.putAll(map);
        return Collections.unmodifiableMap(copy);
    }
}
