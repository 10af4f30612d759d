package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Steps side by side with inputs that are large together. */
class LargeRowTest {
    private static final String LARGE =
            "{'tool': 'echo', 'description': 'd', 'params': {'value': '" + "x".repeat(600_000) + "'}}";
    private static final String BESIDE = """
            {'tool': 'echo', 'description': 'd', 'parallel': true,
             'params': {'value': [%d, {'$from': {'step': 1, 'pointer': '/value'}}]}}""";
    private static final Workbench BENCH = new Workbench();

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    @Test
    void asManyAreAdmittedAsMayBeHeldAtOnceAndTheOthersAfterThem() {
        String others = IntStream.range(0, 4).mapToObj(BESIDE::formatted).collect(Collectors.joining(","));
        Execution run = BENCH.plan("[" + LARGE + "," + others + "]");
        BENCH.perform(Workbench.planned(run, 1, "echo"));
        List<StepRequest> row = IntStream.rangeClosed(2, 5)
                .mapToObj(step -> Workbench.planned(run, step, "echo"))
                .toList();

        assertThat(BENCH.bookkeeping.admit(row)).isEqualTo(2);
        assertThat(BENCH.bookkeeping.admit(row.subList(2, 4))).isEqualTo(2);
    }
}
