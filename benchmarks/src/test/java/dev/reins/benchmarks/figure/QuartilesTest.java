package dev.reins.benchmarks.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuartilesTest {
    @Test
    void liesBetweenNeighboursWhereNoneIsInTheMiddle() {
        assertThat(Quartiles.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Quartiles(2.5, 1.75, 3.25));
    }

    @Test
    void ofOneIsThatOne() {
        assertThat(Quartiles.of(List.of(7.0))).isEqualTo(Quartiles.exactly(7));
    }

    @Test
    void thereAreNoneOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Quartiles.of(List.of()));
    }
}
