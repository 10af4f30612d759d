package dev.reins.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reins.benchmarks.suite.Effort;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
    @Test
    void takesNamesAndOptionsInAnyOrder() {
        BenchOptions options =
                BenchOptions.parse(List.of("--rounds", "3", "overhead", "--json", "f.json", "--warm-ups", "0"));

        assertThat(options.names()).containsExactly("overhead");
        assertThat(options.json()).isEqualTo(Path.of("f.json"));
        assertThat(options.effort()).isEqualTo(new Effort(3, 0));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.parse(List.of("--fast")))
                .withMessage("There is no option --fast.");
        assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse(List.of("--json")));
        assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse(List.of("--rounds", "many")));
        assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse(List.of("--rounds", "0")));
    }

    @Test
    void someFiguresAloneDoNotReplaceThePageOfAll() {
        assertThat(BenchOptions.parse(List.of("overhead")).page()).isNull();
    }
}
