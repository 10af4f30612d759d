package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void withoutAnythingTheUsualPortsAreTaken() {
        Options options = parse(Map.of(), "up");

        assertThat(options)
                .isEqualTo(new Options(
                        Options.Verb.UP, Path.of(".reins").toAbsolutePath(), 8080, 7233, 8233, 2, null, null, false));
    }

    @Test
    void theCommandLineComesBeforeTheEnvironment() {
        Options options = parse(
                Map.of("REINS_HOME", "/somewhere", "REINS_API_PORT", "1111", "REINS_UI_PORT", "2222"),
                "demo",
                "--api-port",
                "0",
                "--workers=3",
                "--once");

        assertThat(options.home()).isEqualTo(Path.of("/somewhere"));
        assertThat(options.apiPort()).isZero();
        assertThat(options.uiPort()).isEqualTo(2222);
        assertThat(options.workers()).isEqualTo(3);
        assertThat(options.once()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--api-port | 70000 | --api-port is a number from 0 to 65535, not 70000.",
                "--workers | 0 | --workers is a number from 1 to 64, not 0.",
                "--ui-port | x | --ui-port is a number from 0 to 65535, not x.",
                "--address | nowhere | --address is host:port of a Temporal, not nowhere.",
                "--colour | red | There is no option --colour; ./reins help lists them.",
                "--home | --once | The option --home needs a value."
            })
    void whatCannotBeIsRefusedInASentence(String option, String value, String sentence) {
        assertThatThrownBy(() -> parse(Map.of(), "up", option, value))
                .isInstanceOf(CannotStart.class)
                .hasMessage(sentence);
    }

    @Test
    void aBadDatabaseUrlIsRefusedWithoutRepeatingItsPassword() {
        assertThatThrownBy(() -> parse(Map.of(), "up", "--database-url", "mysql://u:secret@h/d"))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("postgresql://")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aBadVariableIsNamed() {
        assertThatThrownBy(() -> parse(Map.of("REINS_UI_PORT", "many"), "up"))
                .isInstanceOf(CannotStart.class)
                .hasMessage("REINS_UI_PORT is a number from 0 to 65535, not many.");
    }

    @Test
    void twoThingsCannotListenAtOnePort() {
        assertThatThrownBy(() -> parse(Map.of("REINS_TEMPORAL_PORT", "8080"), "up"))
                .isInstanceOf(CannotStart.class)
                .hasMessage("--api-port and --temporal-port are both 8080: choose another port for one.");
        assertThat(parse(Map.of(), "up", "--temporal-port", "8080", "--address", "elsewhere:7233")
                        .apiPort())
                .isEqualTo(8080);
        assertThat(parse(Map.of(), "up", "--api-port=0", "--temporal-port=0", "--ui-port=0")
                        .apiPort())
                .isZero();
    }

    @Test
    void onlyTheDemoCanEndAfterItsPlay() {
        assertThatThrownBy(() -> parse(Map.of(), "up", "--once")).hasMessageContaining("no option --once");
    }

    private static Options parse(Map<String, String> environment, String... arguments) {
        return Options.parse(List.of(arguments), environment);
    }
}
