package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A run longer than one history may be goes on in another execution where the one before it left off. */
class LongRunIT {
    private static final int STEPS = 450;
    private static final Stack STACK = Stack.shared();

    @Test
    void aRunOfMoreStepsThanOneExecutionHoldsDoesEachOfThemOnce() {
        Stack.User user = STACK.newUser("unlimited", 1);
        List<Map<String, Object>> plan =
                IntStream.rangeClosed(1, STEPS).mapToObj(Plans::echo).toList();
        LiveRun run = LiveRun.start(STACK, user.rest(), Plans.limited(Map.of(), plan));

        JsonNode row = Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(500))
                .until(run::row, seen -> !seen.path("finishedAt").isNull());

        assertThat(row.path("status").asString()).isEqualTo("completed");
        assertThat(row.path("stepCount").asInt()).isEqualTo(STEPS);
        assertThat(executions(run)).isGreaterThan(1);
        assertThat(STACK.sql(
                        "select count(*) as n from steps where run_id = ? and status = 'completed' and claims = 1",
                        run.id()))
                .containsExactly(Map.of("n", (long) STEPS));
        assertThat(STACK.sql("select count(*) as n from guard_decisions where run_id = ?", run.id()))
                .containsExactly(Map.of("n", (long) STEPS));
    }

    private static long executions(LiveRun run) {
        return STACK.sql("select execution_id from run_executions where run_id = ?", run.id())
                .size();
    }
}
