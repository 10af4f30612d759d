package dev.reins.contracts.limits;

import dev.reins.contracts.Category;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that make sense at all, whoever says them. The upper bounds only keep arithmetic and timers sane. */
final class LimitRanges {
    private static final long STEPS = 1_000_000;
    private static final long CREDITS = 1_000_000_000_000L;
    private static final long SECONDS_OF_A_YEAR = 31_536_000;
    private static final long SECONDS_OF_A_DAY = 86_400;
    private static final long MILLIS_OF_A_DAY = 86_400_000;
    private static final long CALLS = 1_000_000;

    private final String pointer;
    private final List<FieldError> errors = new ArrayList<>();

    private LimitRanges(String pointer) {
        this.pointer = pointer;
    }

    static List<FieldError> check(LimitsPatch limits, String pointer) {
        LimitRanges ranges = new LimitRanges(pointer);
        ranges.check("maxSteps", limits.maxSteps(), 1, STEPS);
        ranges.check("maxCredits", limits.maxCredits(), 0, CREDITS);
        ranges.check("maxCreditsPerStep", limits.maxCreditsPerStep(), 0, CREDITS);
        ranges.check("warningThreshold", limits.warningThreshold(), 1, 95);
        ranges.check("timeoutSeconds", limits.timeoutSeconds(), 1, SECONDS_OF_A_YEAR);
        ranges.check("toolTimeoutMs", limits.toolTimeoutMs(), MILLIS_OF_A_DAY);
        ranges.check("ratePerMinute", limits.ratePerMinute(), CALLS);
        ranges.check("maxRateWaitSeconds", limits.maxRateWaitSeconds(), 0, SECONDS_OF_A_DAY);
        return List.copyOf(ranges.errors);
    }

    private void check(String name, @Nullable Map<Category, ? extends Number> values, long max) {
        if (values != null) {
            values.forEach((category, value) -> check(name + "/" + category.wire(), value, 1, max));
        }
    }

    private void check(String name, @Nullable Number value, long min, long max) {
        if (value != null && (value.longValue() < min || value.longValue() > max)) {
            errors.add(new FieldError(
                    pointer + "/" + name, name.replace('/', '.') + " must be between " + min + " and " + max));
        }
    }
}
