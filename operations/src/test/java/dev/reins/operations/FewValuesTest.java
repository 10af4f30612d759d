package dev.reins.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FewValuesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    FewValuesTest() {
        registry.config().meterFilter(new FewValues("temporal_"));
    }

    @Test
    void keepsTheFirstValuesOfALabelAndCountsFurtherOnesTogether() {
        IntStream.range(0, 3 * FewValues.MOST)
                .forEach(i ->
                        registry.counter("temporal_x", "query_type", "q" + i).increment());

        assertThat(registry.find("temporal_x").counters()).hasSize(FewValues.MOST + 1);
        assertThat(registry.counter("temporal_x", "query_type", "other").count())
                .isEqualTo(2 * FewValues.MOST);
        assertThat(registry.counter("temporal_x", "query_type", "q0").count()).isEqualTo(1);
    }

    @Test
    void leavesOtherMetersAlone() {
        IntStream.range(0, 2 * FewValues.MOST)
                .forEach(i -> registry.counter("y", "l", "v" + i).increment());

        assertThat(registry.find("y").counters()).hasSize(2 * FewValues.MOST);
    }
}
