package dev.reins.contracts.limits;

import static dev.reins.contracts.limits.LimitSource.DEFINITION;
import static dev.reins.contracts.limits.LimitSource.RUN;
import static dev.reins.contracts.limits.LimitSource.SYSTEM;
import static dev.reins.contracts.limits.LimitSource.TIER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.Category;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.Lane;
import dev.reins.contracts.OnLimit;
import dev.reins.contracts.OnRateLimit;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitLayersTest {
    private static final LimitsPatch SYSTEM_LIMITS = new LimitsPatch(
            500,
            10_000L,
            1_000L,
            80,
            null,
            everyCategory(30_000L),
            everyCategory(30),
            OnRateLimit.WAIT,
            300,
            OnLimit.PAUSE,
            Lane.ACTIVITY);
    private static final TierLimits PRO = new TierLimits("pro", LimitsPatch.NOTHING, Set.of());

    /** Empty cells are layers that say nothing; a tier's {@code -} is an explicit null. */
    @ParameterizedTest
    @CsvSource({
        // tier, definition, run, effective, source
        "   ,     ,    , 500, SYSTEM",
        "100,     ,    , 100, TIER",
        "900,     ,    , 900, TIER",
        "  -,     ,    ,    , TIER",
        "   ,  200,    , 200, DEFINITION",
        "   ,  500,    , 500, DEFINITION",
        "   ,  501,    , 500, TIER",
        "100,  200,    , 100, TIER",
        "900,  800,    , 800, DEFINITION",
        "  -, 9999,    ,9999, DEFINITION",
        "   ,     , 200, 200, RUN",
        "   ,     , 500, 500, RUN",
        "   ,  100, 400, 400, RUN",
        "   ,  900, 400, 400, RUN",
        "900,  100, 900, 900, RUN",
        "  -,     ,9999,9999, RUN",
    })
    void capsWhatTheTierCaps(
            @Nullable String tier,
            @Nullable Integer definition,
            @Nullable Integer run,
            @Nullable Integer effective,
            LimitSource source) {
        EffectiveLimits steps = new LimitLayers(SYSTEM_LIMITS, tier(tier), steps(definition), steps(run)).overlay();
        assertThat(steps.limits().maxSteps()).isEqualTo(effective);
        assertThat(steps.sources()).containsEntry("maxSteps", source);

        EffectiveLimits rates =
                new LimitLayers(SYSTEM_LIMITS_WITH_RATE_500, tier(tier), rate(definition), rate(run)).overlay();
        assertThat(rates.limits().ratePerMinute().get(Category.HTTP)).isEqualTo(effective);
        assertThat(rates.sources()).containsEntry("ratePerMinute.http", source);
        assertThat(rates.limits().ratePerMinute()).containsEntry(Category.AI, 30);
        assertThat(rates.sources()).containsEntry("ratePerMinute.ai", SYSTEM);

        EffectiveLimits credits = new LimitLayers(
                        SYSTEM_LIMITS_WITH_CREDITS_500, tier(tier), credits(definition), credits(run))
                .overlay();
        Long amount = effective == null ? null : Long.valueOf(effective);
        assertThat(credits.limits().maxCredits()).isEqualTo(amount);
        assertThat(credits.limits().maxCreditsPerStep()).isEqualTo(amount);
        assertThat(credits.sources()).containsEntry("maxCredits", source).containsEntry("maxCreditsPerStep", source);
    }

    @Test
    void rejectsEveryValueOfTheRunThatIsAboveItsCap() {
        LimitsPatch run = new LimitsPatch(
                1000,
                10_001L,
                null,
                null,
                null,
                null,
                Map.of(Category.HTTP, 31, Category.AI, 30),
                null,
                null,
                null,
                null);

        RequestRejected rejected = catchThrowableOfType(
                RequestRejected.class, () -> new LimitLayers(SYSTEM_LIMITS, PRO, LimitsPatch.NOTHING, run).overlay());

        assertThat(rejected.code()).isEqualTo(ErrorCode.LIMIT_ABOVE_CAP);
        assertThat(rejected).hasMessage("maxSteps is 1000, above the cap of 500 of tier pro");
        assertThat(rejected.details()).containsEntry("limit", 500);
        assertThat(rejected.errors())
                .extracting(FieldError::pointer)
                .containsExactly("/limits/maxSteps", "/limits/maxCredits", "/limits/ratePerMinute/http");
    }

    @Test
    void takesWhatIsNotCappedFromTheNarrowestLayerThatSaysIt() {
        LimitsPatch definition = uncapped(90, 60L, 5_000L, OnRateLimit.FAIL);
        LimitsPatch run = uncapped(50, 90L, 90_000L, null);

        EffectiveLimits effective = new LimitLayers(SYSTEM_LIMITS, PRO, definition, run).overlay();

        assertThat(effective.limits().warningThreshold()).isEqualTo(50);
        assertThat(effective.limits().timeoutSeconds()).isEqualTo(90);
        assertThat(effective.limits().toolTimeoutMs())
                .hasSize(Category.values().length)
                .containsEntry(Category.HTTP, 90_000L)
                .containsEntry(Category.AI, 30_000L);
        assertThat(effective.limits().onRateLimit()).isEqualTo(OnRateLimit.FAIL);
        assertThat(effective.limits().onLimit()).isEqualTo(OnLimit.PAUSE);
        assertThat(effective.sources())
                .containsEntry("warningThreshold", RUN)
                .containsEntry("timeoutSeconds", RUN)
                .containsEntry("toolTimeoutMs.http", RUN)
                .containsEntry("toolTimeoutMs.ai", SYSTEM)
                .containsEntry("onRateLimit", DEFINITION)
                .containsEntry("onLimit", SYSTEM);
    }

    /** Empty cells are layers that say nothing. */
    @ParameterizedTest
    @CsvSource({
        // tier, definition, run, effective, source
        "       ,         ,        , ACTIVITY, SYSTEM",
        "EXPRESS,         ,        , EXPRESS , TIER",
        "       , EXPRESS ,        , EXPRESS , DEFINITION",
        "EXPRESS, ACTIVITY,        , ACTIVITY, DEFINITION",
        "       , EXPRESS , ACTIVITY, ACTIVITY, RUN",
        "       ,         , EXPRESS , EXPRESS , RUN",
    })
    void takesTheLaneFromTheNarrowestLayerThatSaysIt(
            @Nullable Lane tier, @Nullable Lane definition, @Nullable Lane run, Lane effective, LimitSource source) {
        TierLimits tierLimits = new TierLimits("t", lane(tier), Set.of());

        EffectiveLimits limits = new LimitLayers(SYSTEM_LIMITS, tierLimits, lane(definition), lane(run)).overlay();

        assertThat(limits.limits().lane()).isEqualTo(effective);
        assertThat(limits.sources()).containsEntry("lane", source);
    }

    @Test
    void letsATierSayWhatItDoesNotCap() {
        TierLimits tier = new TierLimits("t", uncapped(70, 60L, null, null), Set.of());

        EffectiveLimits effective =
                new LimitLayers(SYSTEM_LIMITS, tier, LimitsPatch.NOTHING, uncapped(null, 7200L, null, null)).overlay();

        assertThat(effective.limits().warningThreshold()).isEqualTo(70);
        assertThat(effective.sources()).containsEntry("warningThreshold", TIER);
        assertThat(effective.limits().timeoutSeconds()).isEqualTo(7200);
    }

    @Test
    void namesTheSourceOfEveryLimit() {
        EffectiveLimits effective =
                new LimitLayers(SYSTEM_LIMITS, PRO, LimitsPatch.NOTHING, LimitsPatch.NOTHING).overlay();

        assertThat(effective.sources())
                .hasSize(9 + 2 * Category.values().length)
                .allSatisfy((name, source) -> assertThat(source).isEqualTo(SYSTEM));
    }

    @Test
    void needsASystemThatSaysWhatCannotBeOpen() {
        assertThatThrownBy(() ->
                        new LimitLayers(LimitsPatch.NOTHING, PRO, LimitsPatch.NOTHING, LimitsPatch.NOTHING).overlay())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("warningThreshold");
    }

    private static final LimitsPatch SYSTEM_LIMITS_WITH_RATE_500 = new LimitsPatch(
            500,
            10_000L,
            1_000L,
            80,
            null,
            everyCategory(30_000L),
            withHttp(500),
            OnRateLimit.WAIT,
            300,
            OnLimit.PAUSE,
            Lane.ACTIVITY);
    private static final LimitsPatch SYSTEM_LIMITS_WITH_CREDITS_500 = new LimitsPatch(
            500,
            500L,
            500L,
            80,
            null,
            everyCategory(30_000L),
            everyCategory(30),
            OnRateLimit.WAIT,
            300,
            OnLimit.PAUSE,
            Lane.ACTIVITY);

    private static TierLimits tier(@Nullable String value) {
        if (value == null) {
            return PRO;
        }
        if (value.equals("-")) {
            Set<String> open = Set.of("maxSteps", "maxCredits", "maxCreditsPerStep", "ratePerMinute.http");
            return new TierLimits("t", LimitsPatch.NOTHING, open);
        }
        int limit = Integer.parseInt(value);
        LimitsPatch limits = new LimitsPatch(
                limit,
                (long) limit,
                (long) limit,
                null,
                null,
                null,
                Map.of(Category.HTTP, limit),
                null,
                null,
                null,
                null);
        return new TierLimits("t", limits, Set.of());
    }

    private static LimitsPatch steps(@Nullable Integer value) {
        return new LimitsPatch(value, null, null, null, null, null, null, null, null, null, null);
    }

    private static LimitsPatch rate(@Nullable Integer value) {
        Map<Category, Integer> rates = value == null ? Map.of() : Map.of(Category.HTTP, value);
        return new LimitsPatch(null, null, null, null, null, null, rates, null, null, null, null);
    }

    private static LimitsPatch credits(@Nullable Integer value) {
        Long credits = value == null ? null : Long.valueOf(value);
        return new LimitsPatch(null, credits, credits, null, null, null, null, null, null, null, null);
    }

    private static LimitsPatch lane(@Nullable Lane value) {
        return new LimitsPatch(null, null, null, null, null, null, null, null, null, null, value);
    }

    private static LimitsPatch uncapped(
            @Nullable Integer threshold,
            @Nullable Long timeout,
            @Nullable Long httpTimeout,
            @Nullable OnRateLimit onRateLimit) {
        Map<Category, Long> timeouts = httpTimeout == null ? null : Map.of(Category.HTTP, httpTimeout);
        return new LimitsPatch(null, null, null, threshold, timeout, timeouts, null, onRateLimit, null, null, null);
    }

    private static <T> Map<Category, T> everyCategory(T value) {
        Map<Category, T> map = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            map.put(category, value);
        }
        return map;
    }

    private static Map<Category, Integer> withHttp(int rate) {
        Map<Category, Integer> rates = everyCategory(30);
        rates.put(Category.HTTP, rate);
        return rates;
    }
}
