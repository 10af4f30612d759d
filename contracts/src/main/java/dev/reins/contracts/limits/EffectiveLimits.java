package dev.reins.contracts.limits;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run's limits and where each came from.
 *
 * @param sources by the limit's name; per category {@code ratePerMinute.http}, {@code toolTimeoutMs.http}
 */
public record EffectiveLimits(RunLimits limits, Map<String, LimitSource> sources) {
    public EffectiveLimits {
        sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    }
}
