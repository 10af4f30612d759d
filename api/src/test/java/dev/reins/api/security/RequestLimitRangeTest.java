package dev.reins.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.api.ApiSettings;
import dev.reins.api.dependency.CannotStart;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLimitRangeTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "many", "1000001", "12_000", "99999999999"})
    void namesTheRange(String setting) {
        assertThatThrownBy(() -> limit(setting))
                .isInstanceOf(CannotStart.class)
                .hasMessage(
                        "REINS_API_REQUESTS_PER_MINUTE is a whole number from 1 to 1,000,000, not '" + setting + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "12000", "1000000"})
    void letsTheFirstRequestThrough(String setting) {
        assertThat(limit(setting).take("key-1").isConsumed()).isTrue();
    }

    private static RequestLimit limit(String setting) {
        return new RequestLimit(new ApiSettings("", "", "", "", setting));
    }
}
