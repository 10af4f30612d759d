package dev.reins.contracts.limits;

import java.util.Set;

/**
 * What a tier says: values, and at the same time caps for maxSteps, maxCredits, maxCreditsPerStep and ratePerMinute.
 *
 * @param uncapped the limits that the tier explicitly leaves open: {@code maxSteps}, {@code ratePerMinute.http}, …
 */
public record TierLimits(String tier, LimitsPatch limits, Set<String> uncapped) {
    public TierLimits {
        uncapped = Set.copyOf(uncapped);
    }
}
