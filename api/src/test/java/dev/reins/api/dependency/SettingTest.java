package dev.reins.api.dependency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    @ParameterizedTest
    @ValueSource(strings = {"15", "0s", "999ms", "-15s", "61m", "9999999999999d", "often", ""})
    void refusesWhatIsNoDurationFromASecondToAnHour(String text) {
        assertThatThrownBy(() -> new Setting("NAME", text).period())
                .isInstanceOf(CannotStart.class)
                .hasMessage("NAME is a duration from 1s to 1h, with its unit, not '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"1s, PT1S", "15s, PT15S", "PT20S, PT20S", "60m, PT1H"})
    void readsADuration(String text, Duration period) {
        assertThat(new Setting("NAME", text).period()).isEqualTo(period);
    }
}
