package dev.reins.benchmarks.contestant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.reins.benchmarks.contestant.Talk.Wording;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.HistorySize;
import dev.reins.contracts.Lane;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each contestant does what it is measured for; {@code run} itself fails where one does not. */
class ContestantsIT {
    private static Ground ground;

    @BeforeAll
    static void start() {
        ground = Ground.startCounting();
        ground.postgres().prepareCounting();
    }

    @AfterAll
    static void stop() {
        ground.close();
    }

    @Test
    void bareTemporalLeavesAHistoryOfSixEventsPerStepAndFiveForTheRun() {
        for (BareTemporal.Layout layout : BareTemporal.Layout.values()) {
            try (BareTemporal bare = new BareTemporal(ground.temporal(), layout)) {
                bare.run("run-" + layout, 3);
                assertThat(history("run-" + layout).events()).isEqualTo(3 * 6 + 5);
            }
        }
    }

    @Test
    void dbosTransactCommitsAtLeastOncePerStep() {
        try (DbosTransact dbos = new DbosTransact(ground.postgres())) {
            dbos.run("first", 1);
            String position = ground.postgres().position();
            dbos.run("run-dbos", 10);
            var counts = ground.postgres().since(position, "dbos");
            assertThat(counts.commits()).isGreaterThanOrEqualTo(10);
            assertThat(counts.statements()).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void restateDoesItsSteps() {
        assumeThat(Ground.cache().resolve("restate-" + RestateProgram.VERSION))
                .as("fetched by an earlier benchmark")
                .matches(Files::isDirectory);
        try (Restate restate = new Restate(ground)) {
            restate.run("run-restate", 3);
        }
    }

    @Test
    void theNaiveAgentStoresTheConversationManyTimesOver() {
        try (NaiveAgent agent = new NaiveAgent(ground.temporal())) {
            agent.converse("run-naive", new Talk(10, 1_000, Wording.PROSE));
            assertThat(history("run-naive").bytes()).isGreaterThan(10 * 11 / 2 * 1_000);
        }
    }

    @Test
    void reinsRunsGuardedStepsAndLeavesThemInItsJournal() {
        try (ReinsLane lane = new ReinsLane(ground, Lane.ACTIVITY)) {
            lane.run("run-lane", 3);
            assertThat(history("run-lane").events()).isGreaterThan(3 * 3);
            assertThat(ground.postgres().bytes("reins")).isPositive();
        }
    }

    @Test
    void theExpressLaneLeavesFewEvents() {
        try (ReinsLane lane = new ReinsLane(ground, Lane.EXPRESS)) {
            lane.run("run-express", 40);
            assertThat(history("run-express").events()).isLessThan(40 * 6);
            assertThat(ground.postgres().bytes("reins")).isPositive();
        }
    }

    @Test
    void reinsStoresTheConversationOnce() {
        try (ReinsAgent agent = new ReinsAgent(ground)) {
            agent.converse("run-agent", new Talk(5, 10_000, Wording.ECHOED_PROSE));
            assertThat(history("run-agent").bytes()).isLessThan(5 * 10_000);
        }
    }

    private static HistorySize history(String workflowId) {
        var service = ground.temporal().connect();
        try {
            return ground.temporal().history(service, workflowId);
        } finally {
            service.shutdownNow();
        }
    }
}
