package dev.reins.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.benchmarks.figure.Figure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Map<String, List<Double>> SECONDS =
            Map.of("express_lane", List.of(1.0, 2.0, 3.0), "dbos_guarded", List.of(2.0, 2.0, 2.0));
    private final Comparison comparison = new Comparison("express_lane", "dbos_guarded");

    @Test
    void oneRunIsComparedByItsTimeWithTheSameRoundOfTheOther() {
        assertThat(comparison.of(Workload.sequential(20), SECONDS))
                .contains(Figure.sampled(
                        "w20.express_lane.time_vs_dbos_guarded", List.of(0.5, 1.0, 1.5), "x dbos guarded"));
    }

    @Test
    void manyRunsAreComparedByTheirRate() {
        assertThat(comparison.of(new Workload(20, 16), SECONDS))
                .contains(Figure.sampled(
                        "w20x16.express_lane.rate_vs_dbos_guarded", List.of(2.0, 1.0, 2 / 3.0), "x dbos guarded"));
    }

    @Test
    void thereIsNoneWithOneThatWasNotMeasured() {
        assertThat(new Comparison("express_lane", "restate_guarded").of(Workload.sequential(20), SECONDS))
                .isEmpty();
    }
}
