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
        assertThat(executions(run)).hasSizeGreaterThan(1).allSatisfy(execution -> assertFitsInAHistory(run, execution));
        assertThat(STACK.sql(
                        "select count(*) as n from steps where run_id = ? and status = 'completed' and claims = 1",
                        run.id()))
                .containsExactly(Map.of("n", (long) STEPS));
        assertThat(STACK.sql("select count(*) as n from guard_decisions where run_id = ?", run.id()))
                .containsExactly(Map.of("n", (long) STEPS));
    }

    /** 25 signals of 60 KB are more than a history may have before the run continues as new. */
    @Test
    void aPausedRunThatIsSignalledAtLengthIsHeldByAnotherExecution() {
        LiveRun run = LiveRun.start(
                STACK, STACK.newUser("unlimited", 1).rest(), Plans.plan(Plans.delay(5_000), Plans.echo(1)));
        run.await(row -> !run.events("step.started").isEmpty(), "in its first step");
        run.request("pause");
        run.await("paused");
        for (int i = 0; i < 25; i++) {
            signal(run, "\"" + "x".repeat(60_000) + "\"");
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> executions(run).size() > 1);
        assertThat(run.status()).isEqualTo("paused");

        run.request("resume");
        run.await("completed");
        assertThat(run.receipts()).hasSize(27).noneMatch(LiveRun::isOpen);
        assertThat(run.events("run.paused")).hasSize(1);
        assertThat(run.events("run.resumed")).hasSize(1);
        assertThat(STACK.sql("select count(*) as n from steps where run_id = ? and claims = 1", run.id()))
                .containsExactly(Map.of("n", 2L));
        assertThat(executions(run)).allSatisfy(execution -> assertFitsInAHistory(run, execution));
    }

    private static void signal(LiveRun run, String input) {
        var sent = STACK.temporal("workflow", "signal", "--workflow-id", run.id(), "--name", "hello", "--input", input);
        assertThat(sent.status()).as(sent.output()).isZero();
    }

    private static List<String> executions(LiveRun run) {
        return STACK.sql("select execution_id from run_executions where run_id = ?", run.id()).stream()
                .map(row -> (String) row.get("execution_id"))
                .toList();
    }

    /** Its history has no more than 2 MiB, well before Temporal warns (at 10 MiB) and ends it (at 50 MiB). */
    private static void assertFitsInAHistory(LiveRun run, String execution) {
        var described = STACK.temporal(
                "workflow", "describe", "--workflow-id", run.id(), "--run-id", execution, "--output", "json");
        assertThat(described.status()).as(described.output()).isZero();
        assertThat(Stack.json()
                        .readTree(described.output())
                        .path("workflowExecutionInfo")
                        .path("historySizeBytes")
                        .asLong())
                .isPositive()
                .isLessThan(2 << 20);
    }
}
