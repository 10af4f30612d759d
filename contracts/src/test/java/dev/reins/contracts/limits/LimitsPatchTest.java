package dev.reins.contracts.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsPatchTest {

    @ParameterizedTest(name = "{0}: {1} to {2}")
    @MethodSource("ranges")
    void knowsTheRangeOfEachValue(String name, long min, long max) {
        assertThat(patch(name, min).outOfRange("/limits")).isEmpty();
        assertThat(patch(name, max).outOfRange("/limits")).isEmpty();
        FieldError error =
                new FieldError("/limits/" + name, name.replace('/', '.') + " must be between " + min + " and " + max);
        assertThat(patch(name, min - 1).outOfRange("/limits")).containsExactly(error);
        assertThat(patch(name, max + 1).outOfRange("/limits")).containsExactly(error);
        assertThat(patch(name, -5).outOfRange("/limits")).containsExactly(error);
    }

    static Stream<Arguments> ranges() {
        return Stream.of(
                Arguments.of("maxSteps", 1, 1_000_000),
                Arguments.of("maxCredits", 0, 1_000_000_000_000L),
                Arguments.of("maxCreditsPerStep", 0, 1_000_000_000_000L),
                Arguments.of("warningThreshold", 1, 95),
                Arguments.of("timeoutSeconds", 1, 31_536_000),
                Arguments.of("toolTimeoutMs/http", 1, 86_400_000),
                Arguments.of("ratePerMinute/http", 1, 1_000_000),
                Arguments.of("maxRateWaitSeconds", 0, 86_400));
    }

    private static LimitsPatch patch(String name, long value) {
        return new LimitsPatch(
                name.equals("maxSteps") ? (Integer) (int) value : null,
                name.equals("maxCredits") ? (Long) value : null,
                name.equals("maxCreditsPerStep") ? (Long) value : null,
                name.equals("warningThreshold") ? (Integer) (int) value : null,
                name.equals("timeoutSeconds") ? (Long) value : null,
                name.equals("toolTimeoutMs/http") ? Map.of(Category.HTTP, value) : null,
                name.equals("ratePerMinute/http") ? Map.of(Category.HTTP, (int) value) : null,
                null,
                name.equals("maxRateWaitSeconds") ? (Integer) (int) value : null,
                null,
                null);
    }
}
