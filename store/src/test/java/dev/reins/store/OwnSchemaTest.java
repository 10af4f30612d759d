package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.run.RunCounts;
import dev.reins.store.run.RunFilter;
import dev.reins.store.run.RunViews;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever schema the database's URL names, and whatever the search path of those who change its rows. */
class OwnSchemaTest {

    @ParameterizedTest
    @ValueSource(strings = {"public", "own"})
    void runsBeginAndEndAndAreCounted(String schema) {
        try (TestDatabase database = TestDatabase.inSchema(schema)) {
            TestRuns runs = new TestRuns(database);
            runAndEnd(runs);
            runs.run("{}");

            assertThat(count(database, RunStatus.COMPLETED)).isEqualTo(1);
            assertThat(count(database, RunStatus.QUEUED)).isEqualTo(1);
            assertThat(runs.brokenInvariants()).isEmpty();
        }
    }

    private static void runAndEnd(TestRuns runs) {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1);
        ask.admit();
        run.complete(1, ask.token);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
    }

    /** pg_dump's rows come to a connection whose search path is empty. */
    @ParameterizedTest
    @ValueSource(strings = {"public", "own"})
    void rowsBroughtOverWithoutASearchPathAreCounted(String schema) throws SQLException {
        try (TestDatabase database = TestDatabase.inSchema(schema)) {
            TestRuns runs = new TestRuns(database);
            String user = runs.user("pro", 0);

            onOneConnection(database, """
                    set search_path = '';
                    insert into %1$s.runs (id, project_id, user_id, kind, limits, limit_sources, started_via)
                      values ('brought', 'p', '%2$s', 'planned', '{}', '{}', 'rest');
                    update %1$s.runs set status = 'running' where id = 'brought'""".formatted(schema, user));

            assertThat(count(database, RunStatus.RUNNING)).isEqualTo(1);
            assertThat(runs.brokenInvariants()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "own"})
    void aTemporaryTableOfTheSameNameTakesNoCount(String schema) throws SQLException {
        try (TestDatabase database = TestDatabase.inSchema(schema)) {
            TestRuns runs = new TestRuns(database);
            TestRun run = runs.run("{}");

            onOneConnection(database, """
                    create temporary table run_count_changes (project_id text, user_id text, status text, runs bigint);
                    update runs set status = 'running' where id = '%s';
                    drop table pg_temp.run_count_changes""".formatted(run.id));

            assertThat(count(database, RunStatus.RUNNING)).isEqualTo(1);
            assertThat(runs.brokenInvariants()).isEmpty();
        }
    }

    /** It is closed afterwards: what was set on it is gone with it. */
    private static void onOneConnection(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(TestDatabase database, RunStatus status) {
        new RunCounts(database.jdbc()).addUp();
        return new RunViews(database.jdbc()).count(new RunFilter("p", Set.of(status), null, null, null, null));
    }
}
