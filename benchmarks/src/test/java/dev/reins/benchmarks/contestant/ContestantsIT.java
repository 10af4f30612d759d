package dev.reins.benchmarks.contestant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.reins.benchmarks.contestant.Talk.Wording;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.HistorySize;
import dev.reins.contracts.Lane;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
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
        assertThat(eventsOfThreeSteps(BareTemporal.Layout.TWO_QUEUES)).isEqualTo(3 * 6 + 5);
        assertThat(eventsOfThreeSteps(BareTemporal.Layout.ONE_QUEUE)).isEqualTo(3 * 6 + 5);
    }

    @Test
    void bareTemporalWithLocalActivitiesLeavesOneEventPerStep() {
        assertThat(eventsOfThreeSteps(BareTemporal.Layout.LOCAL)).isEqualTo(3 + 5);
    }

    private static long eventsOfThreeSteps(BareTemporal.Layout layout) {
        try (BareTemporal bare = new BareTemporal(ground.temporal(), layout)) {
            bare.run("run-" + layout, 3);
            return history("run-" + layout).events();
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
    void guardedDbosLeavesTheSameRowsAsTheExpressLane() {
        try (ReinsLane express = new ReinsLane(ground, Lane.EXPRESS);
                DbosGuarded dbos = new DbosGuarded(ground)) {
            express.run("run-books-express", 4);
            dbos.run("run-books-dbos", 4);
        }
        assertThat(books("run-books-dbos"))
                .isEqualTo(books("run-books-express"))
                .contains("steps: 4", "plan_steps: 4", "run.finished");
    }

    @Test
    void guardedRestateLeavesTheSameRowsAsTheExpressLane() {
        assumeRestateIsThere();
        try (ReinsLane express = new ReinsLane(ground, Lane.EXPRESS);
                RestateGuarded restate = new RestateGuarded(ground)) {
            express.run("run-books-express-too", 4);
            restate.run("run-books-restate", 4);
        }
        assertThat(books("run-books-restate")).isEqualTo(books("run-books-express-too"));
    }

    @Test
    void aGuardedStepThatIsAskedForAgainHappensOnce() {
        GuardedRuns runs = new GuardedRuns(ground);
        runs.create("run-again", 2);

        assertThat(runs.step("run-again", 1)).isEqualTo(1);
        assertThat(runs.step("run-again", 1)).isEqualTo(1);
        assertThat(runs.step("run-again", 2)).isEqualTo(2);
        runs.finish("run-again");
        runs.requireCompleted("run-again", 2);
    }

    @Test
    void restateDoesItsSteps() {
        assumeRestateIsThere();
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
    void theNaiveAgentsStepsAreActivities() {
        try (NaiveAgent agent = new NaiveAgent(ground.temporal())) {
            agent.run("run-naive-steps", 6);
            assertThat(history("run-naive-steps").events()).isEqualTo(6 * 6 + 5);
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
    void onlyStepsThatArePaidForStandInTheLedger() {
        try (ReinsLane free = new ReinsLane(ground, Lane.EXPRESS);
                ReinsLane paid = new ReinsLane(ground, Lane.EXPRESS, 1)) {
            free.run("run-free", 4);
            paid.run("run-paid", 4);
        }
        assertThat(books("run-free")).contains("\nledger: 0\n");
        assertThat(books("run-paid")).contains("\nledger: 8\n");
    }

    @Test
    void reinsStoresTheConversationOnce() {
        try (ReinsAgent agent = new ReinsAgent(ground)) {
            agent.converse("run-agent", new Talk(5, 10_000, Wording.ECHOED_PROSE));
            assertThat(history("run-agent").bytes()).isLessThan(5 * 10_000);
        }
    }

    private static void assumeRestateIsThere() {
        assumeThat(Ground.cache().resolve("restate-" + RestateProgram.VERSION))
                .as("fetched by an earlier benchmark")
                .matches(Files::isDirectory);
    }

    /** How many rows each of Reins' tables has of a run, and what the run's events are. */
    private static String books(String runId) {
        return ground.postgres().ask("reins", jdbc -> {
            List<String> tables = jdbc.sql("""
                            select table_name from information_schema.columns join information_schema.tables
                                   using (table_schema, table_name)
                             where table_schema = 'public' and column_name = 'run_id' and table_type = 'BASE TABLE'
                             order by 1""").query(String.class).list();
            String rows = tables.stream()
                    .map(table -> table + ": "
                            + jdbc.sql("select count(*) from " + table + " where run_id = :run")
                                    .param("run", runId)
                                    .query(Long.class)
                                    .single())
                    .collect(Collectors.joining("\n"));
            String events = jdbc.sql("select string_agg(type, ', ' order by seq) from events where run_id = :run")
                    .param("run", runId)
                    .query(String.class)
                    .single();
            return rows + "\n" + events;
        });
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
