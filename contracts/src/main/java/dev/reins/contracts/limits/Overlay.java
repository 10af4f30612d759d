package dev.reins.contracts.limits;

import dev.reins.contracts.Category;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One overlay under way: notes each limit's source, and the run's values that are above a cap. */
final class Overlay {
    private final LimitLayers layers;
    private final Map<String, LimitSource> sources = new LinkedHashMap<>();
    private final List<AboveCap> aboveCap = new ArrayList<>();

    private record AboveCap(String name, Object value, Object cap) {}

    Overlay(LimitLayers layers) {
        this.layers = layers;
    }

    EffectiveLimits effective() {
        RunLimits limits = new RunLimits(
                capped("maxSteps", LimitsPatch::maxSteps),
                capped("maxCredits", LimitsPatch::maxCredits),
                capped("maxCreditsPerStep", LimitsPatch::maxCreditsPerStep),
                required("warningThreshold", LimitsPatch::warningThreshold),
                latest("timeoutSeconds", LimitsPatch::timeoutSeconds),
                toolTimeouts(),
                rates(),
                required("onRateLimit", LimitsPatch::onRateLimit),
                required("maxRateWaitSeconds", LimitsPatch::maxRateWaitSeconds),
                required("onLimit", LimitsPatch::onLimit),
                required("lane", LimitsPatch::lane));
        if (!aboveCap.isEmpty()) {
            throw rejected();
        }
        return new EffectiveLimits(limits, sources);
    }

    private Map<Category, Long> toolTimeouts() {
        Map<Category, Long> timeouts = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            String name = "toolTimeoutMs." + category.wire();
            timeouts.put(category, required(name, layer -> layer.toolTimeoutMs(category)));
        }
        return timeouts;
    }

    private Map<Category, Integer> rates() {
        Map<Category, Integer> rates = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            String name = "ratePerMinute." + category.wire();
            Integer rate = capped(name, layer -> layer.ratePerMinute(category));
            if (rate != null) {
                rates.put(category, rate);
            }
        }
        return rates;
    }

    private <T extends Comparable<T>> @Nullable T capped(String name, Function<LimitsPatch, @Nullable T> field) {
        boolean tierSays = says(name, field);
        T cap = field.apply(tierSays ? layers.tier().limits() : layers.system());
        T definition = field.apply(layers.definition());
        T run = field.apply(layers.run());
        if (run != null) {
            if (cap != null && run.compareTo(cap) > 0) {
                aboveCap.add(new AboveCap(name, run, cap));
            }
            return from(LimitSource.RUN, name, run);
        }
        if (definition != null) {
            return cap != null && definition.compareTo(cap) > 0
                    ? from(LimitSource.TIER, name, cap)
                    : from(LimitSource.DEFINITION, name, definition);
        }
        return from(tierSays ? LimitSource.TIER : LimitSource.SYSTEM, name, cap);
    }

    private <T> @Nullable T latest(String name, Function<LimitsPatch, @Nullable T> field) {
        T run = field.apply(layers.run());
        if (run != null) {
            return from(LimitSource.RUN, name, run);
        }
        T definition = field.apply(layers.definition());
        if (definition != null) {
            return from(LimitSource.DEFINITION, name, definition);
        }
        return says(name, field)
                ? from(LimitSource.TIER, name, field.apply(layers.tier().limits()))
                : from(LimitSource.SYSTEM, name, field.apply(layers.system()));
    }

    private <T> T required(String name, Function<LimitsPatch, @Nullable T> field) {
        T value = latest(name, field);
        if (value == null) {
            throw new IllegalStateException("No layer, not even the system's, says " + name);
        }
        return value;
    }

    private <T> boolean says(String name, Function<LimitsPatch, @Nullable T> field) {
        return layers.tier().uncapped().contains(name)
                || field.apply(layers.tier().limits()) != null;
    }

    private <T extends @Nullable Object> T from(LimitSource source, String name, T value) {
        sources.put(name, source);
        return value;
    }

    private RequestRejected rejected() {
        List<FieldError> errors = aboveCap.stream()
                .map(fault -> new FieldError("/limits/" + fault.name().replace('.', '/'), sentence(fault)))
                .toList();
        return new RequestRejected(
                ErrorCode.LIMIT_ABOVE_CAP,
                errors.getFirst().message(),
                errors,
                Map.of("limit", aboveCap.getFirst().cap()));
    }

    private String sentence(AboveCap fault) {
        return "%s is %s, above the cap of %s of tier %s"
                .formatted(
                        fault.name(), fault.value(), fault.cap(), layers.tier().tier());
    }
}
