package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.reins.contracts.RunStatus;
import dev.reins.store.run.RunCounts;
import dev.reins.store.run.RunFilter;
import dev.reins.store.run.RunViews;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void functionsThatDifferAreBroughtToThisBuild() {
        String script = aRepeatableScript();
        otherBuildApplied(script);

        Migrations.apply(database.dataSource());

        assertThat(timesApplied(script)).isEqualTo(2);
    }

    @Test
    void aDatabaseThatANewerBuildHasMovedOnIsLeftAlone() {
        String script = aRepeatableScript();
        otherBuildApplied(script);
        database.jdbc().sql("""
                insert into flyway_schema_history
                  (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)""").update();

        Migrations.apply(database.dataSource());

        assertThat(timesApplied(script)).isEqualTo(1);
    }

    @Test
    void manyThatStartAtOnceMigrateOnce() {
        String script = aRepeatableScript();
        otherBuildApplied(script);

        List<CompletableFuture<Void>> starts = IntStream.range(0, 5)
                .mapToObj(start -> CompletableFuture.runAsync(() -> Migrations.apply(database.dataSource())))
                .toList();
        starts.forEach(CompletableFuture::join);

        assertThat(timesApplied(script)).isEqualTo(2);
    }

    @Test
    void aStatementMayTakeLongerThanThePoolsConnectionsWaitOtherwise() throws SQLException {
        String script = aRepeatableScript();
        otherBuildApplied(script);
        database.jdbc().sql("""
                create function take_long() returns trigger language plpgsql as
                  'begin perform pg_sleep(1.5); return new; end';
                create trigger takes_long before insert on flyway_schema_history
                  for each row execute function take_long()""").update();

        try (HikariDataSource pool = waitingASecond()) {
            Migrations.apply(pool);

            assertThat(timesApplied(script)).isEqualTo(2);
            int connections = pool.getHikariPoolMXBean().getTotalConnections();
            assertThat(connections).isGreaterThan(1);
            assertTheyWaitASecond(pool, connections);
        }
    }

    @Test
    void aWorkerAtWorkAndTheOneThatBeginsToCountRunsWaitForEachOther() throws SQLException {
        runsAtVersion("11");
        CompletableFuture<Void> migration;
        try (Connection worker = database.dataSource().getConnection()) {
            worker.setAutoCommit(false);
            execute(worker, "select id from runs where id = 'old-1' for no key update");
            migration = CompletableFuture.runAsync(() -> Migrations.apply(database.dataSource()));
            await().until(database::isSomeoneWaitingForALock);
            execute(worker, "update runs set status = 'running' where id = 'old-1'");
            worker.commit();
        }

        migration.join();

        var running = new RunFilter("old", Set.of(RunStatus.RUNNING), null, null, null, null);
        assertThat(new RunViews(database.jdbc()).count(running)).isEqualTo(1);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void runsThatWereThereBeforeTheyWereCountedAreCounted() {
        runsAtVersion("11");

        Migrations.apply(database.dataSource());

        var filter = new RunFilter("old", Set.of(), null, null, null, null);
        assertThat(new RunViews(database.jdbc()).count(filter)).isEqualTo(3);
    }

    /** Some of them added up and some not. */
    @Test
    void runsThatWereCountedBeforeTheirUsersWereAreCountedOfThem() {
        runsAtVersion("13");
        new RunCounts(database.jdbc()).addUp();
        firstRunBegins();

        Migrations.apply(database.dataSource());

        assertCounted(RunStatus.QUEUED, 2);
        assertCounted(RunStatus.RUNNING, 1);
    }

    /** It has come as far as the changes, which somebody reads, when a worker comes. */
    @Test
    void aWorkerWaitsWhileUsersBeginToBeCountedAndIsCounted() throws SQLException {
        runsAtVersion("13");
        CompletableFuture<Void> migration;
        CompletableFuture<Void> worker;
        try (Connection reader = database.dataSource().getConnection()) {
            reader.setAutoCommit(false);
            execute(reader, "select from counted_runs");
            migration = CompletableFuture.runAsync(
                    () -> Migrations.apply(database.dataSource()), Thread::startVirtualThread);
            await().until(() -> waitingForALock() == 1);
            worker = CompletableFuture.runAsync(this::firstRunBegins, Thread::startVirtualThread);
            await().until(() -> waitingForALock() == 2);
        }

        migration.join();
        worker.join();

        assertCounted(RunStatus.QUEUED, 2);
        assertCounted(RunStatus.RUNNING, 1);
    }

    private void firstRunBegins() {
        database.jdbc()
                .sql("update runs set status = 'running' where id = 'old-1'")
                .update();
    }

    private int waitingForALock() {
        return database.jdbc().sql("""
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'""").query(Integer.class).single();
    }

    private void assertCounted(RunStatus status, int runs) {
        var views = new RunViews(database.jdbc());
        for (String user : Arrays.asList("someone", null)) {
            var filter = new RunFilter("old", Set.of(status), null, user, null, null);
            assertThat(views.count(filter)).isEqualTo(runs);
        }
    }

    private void runsAtVersion(String version) {
        database.jdbc().sql("drop schema public cascade").update();
        database.jdbc().sql("create schema public").update();
        Flyway.configure()
                .dataSource(database.dataSource())
                .target(version)
                .load()
                .migrate();
        database.jdbc().sql("""
                insert into projects (id, name) values ('old', 'Old');
                insert into accounts (user_id, tier) values ('someone', 'pro');
                insert into runs (id, project_id, user_id, kind, limits, limit_sources, started_via)
                  select 'old-' || run, 'old', 'someone', 'planned', '{}', '{}', 'rest' from generate_series(1, 3) as run;
                """).update();
    }

    private HikariDataSource waitingASecond() {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(database.url());
        pool.setMinimumIdle(0);
        pool.addDataSourceProperty("socketTimeout", "1");
        return pool;
    }

    /** Each stays out until the next one is seen, so that it is another. */
    private static void assertTheyWaitASecond(HikariDataSource pool, int connections) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getNetworkTimeout()).isEqualTo(1_000);
            if (connections > 1) {
                assertTheyWaitASecond(pool, connections - 1);
            }
        }
    }

    private String aRepeatableScript() {
        return database.jdbc()
                .sql("select min(script) from flyway_schema_history where version is null")
                .query(String.class)
                .single();
    }

    private void otherBuildApplied(String script) {
        database.jdbc()
                .sql("update flyway_schema_history set checksum = 1 where script = :script")
                .param("script", script)
                .update();
    }

    private int timesApplied(String script) {
        return database.jdbc()
                .sql("select count(*) from flyway_schema_history where script = :script")
                .param("script", script)
                .query(Integer.class)
                .single();
    }
}
