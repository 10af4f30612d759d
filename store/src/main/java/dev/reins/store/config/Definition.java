package dev.reins.store.config;

import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.OnLimit;
import dev.reins.contracts.OnRateLimit;
import dev.reins.contracts.limits.LimitsPatch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator says of an agent: the wire's definition without id, version and time. A run keeps a snapshot.
 *
 * @param tools the names of the tools it may use
 * @param maxSteps null: the tier's
 * @param defaultTimeout seconds of active time; null: none
 */
public record Definition(
        String name,
        String instructions,
        Model model,
        @Nullable List<String> tools,
        @Nullable Integer maxSteps,
        @Nullable Long defaultTimeout,
        @Nullable Limits limits) {
    public Definition {
        tools = tools == null ? List.of() : List.copyOf(tools);
        limits = limits == null ? Limits.NONE : limits;
    }

    /** The tools, none if nothing is said. */
    public List<String> toolNames() {
        return tools == null ? List.of() : tools;
    }

    /** The other limits, nothing if nothing is said. */
    public Limits otherLimits() {
        return limits == null ? Limits.NONE : limits;
    }

    /**
     * @param provider {@code scripted}, or whatever provider the workers have
     * @param maxTokens the most a turn may answer with
     * @param temperature null: the provider's default
     */
    public record Model(
            String provider,
            String name,
            @Nullable Integer maxTokens,
            @Nullable Double temperature) {
        private static final int DEFAULT_MAX_TOKENS = 4096;

        public Model {
            maxTokens = maxTokens == null ? Integer.valueOf(DEFAULT_MAX_TOKENS) : maxTokens;
        }

        /** Whether both name the same model, whatever they ask of it. */
        boolean isSameAs(Model other) {
            return provider.equals(other.provider()) && name.equals(other.name());
        }
    }

    /** The limits that have no member of their own in a definition. */
    public record Limits(
            @Nullable Long maxCredits,
            @Nullable Long maxCreditsPerStep,
            @Nullable Integer warningThreshold,
            @Nullable Map<Category, Long> toolTimeoutMs,
            @Nullable Map<Category, Integer> ratePerMinute,
            @Nullable OnRateLimit onRateLimit,
            @Nullable Integer maxRateWaitSeconds,
            @Nullable OnLimit onLimit,
            @Nullable Lane lane) {
        static final Limits NONE = new Limits(null, null, null, null, null, null, null, null, null);
    }

    /** The definition's layer of the limits. */
    public LimitsPatch toLimits() {
        Limits others = otherLimits();
        return new LimitsPatch(
                maxSteps,
                others.maxCredits(),
                others.maxCreditsPerStep(),
                others.warningThreshold(),
                defaultTimeout,
                others.toolTimeoutMs(),
                others.ratePerMinute(),
                others.onRateLimit(),
                others.maxRateWaitSeconds(),
                others.onLimit(),
                others.lane());
    }
}
