package dev.reins.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.api.dependency.CannotStart;
import org.junit.jupiter.api.Test;

class CannotStartTest {
    @Test
    void saysWhichSettingIsWrongWithoutRepeatingThePassword() {
        assertThatThrownBy(() -> ApiApplication.start(
                        "--REINS_API_PORT=0",
                        "--REINS_TEMPORAL_ADDRESS=" + RunningApi.nobody(),
                        "--REINS_DATABASE_URL=mysql://u:secret@h/d"))
                .rootCause()
                .isInstanceOf(CannotStart.class)
                .hasMessageEndingWith("correct REINS_DATABASE_URL")
                .hasMessageNotContaining("secret");
    }
}
