package dev.reins.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.store.TestDatabase;
import dev.reins.store.TestRuns;
import dev.reins.store.TestRuns.TestRun;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.io.ClassPathResource;

@Tag("later-schema")
class EventLogTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final EventLog LOG = new EventLog(DATABASE.jdbc());

    private final TestRuns runs = new TestRuns(DATABASE);
    private EventPlace before;

    @BeforeEach
    void remember() {
        before = LOG.horizon();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    /** A transaction that a test holds open. */
    private static final class Writer implements AutoCloseable {
        private final Connection connection;

        Writer() throws SQLException {
            connection = DATABASE.dataSource().getConnection();
            connection.setAutoCommit(false);
            execute("select pg_current_xact_id()");
        }

        Writer append(TestRun run) throws SQLException {
            execute("select save_run(append_event(lock_run('" + run.id + "'), 'x', null, '{}', reins_now()))");
            return this;
        }

        private void execute(String sql) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        void rollback() throws SQLException {
            connection.rollback();
        }

        void commit() throws SQLException {
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    @Test
    void withholdsAnEventThatOneStillUncommittedMayComeBefore() throws SQLException {
        TestRun slow = runs.run("{}");
        TestRun quick = runs.run("{}");
        try (var first = new Writer();
                var second = new Writer()) {
            first.append(slow);
            second.append(quick).commit();

            assertThat(ofProject(before)).isEmpty();
            assertThat(LOG.ofRun(quick.id.value(), 0, 10)).hasSize(1);

            first.commit();
        }
        awaitProject(slow.id + "/1", quick.id + "/1");
    }

    @Test
    void isNotHeldUpByATransactionThatWasRolledBack() throws SQLException {
        TestRun run = runs.run("{}");
        try (var gone = new Writer();
                var second = new Writer()) {
            gone.append(runs.run("{}"));
            second.append(run).commit();
            gone.rollback();
        }
        awaitProject(run.id + "/1");
    }

    @Test
    void keepsTheOrderOfARunWhoseLaterEventIsOfAnEarlierTransaction() throws SQLException {
        TestRun run = runs.run("{}");
        try (var earlier = new Writer();
                var later = new Writer()) {
            later.append(run).commit();
            earlier.append(run).commit();
        }
        awaitProject(run.id + "/1", run.id + "/2");
    }

    @Test
    void goesOnInTheMidstOfATransaction() throws SQLException {
        TestRun one = runs.run("{}");
        TestRun other = runs.run("{}");
        try (var writer = new Writer()) {
            writer.append(other).append(one).append(one).append(other).commit();
        }
        await().until(() -> ofProject(before).size() == 4);
        List<String> seen = new ArrayList<>();
        for (var page = LOG.ofProject("p", null, before, 1); !page.isEmpty(); ) {
            seen.add(name(page.getFirst()));
            EventPlace place =
                    EventPlace.find("p", page.getFirst().place().encode("p")).orElseThrow();
            page = LOG.ofProject("p", null, place, 1);
        }
        assertThat(seen).containsExactlyInAnyOrder(one.id + "/1", one.id + "/2", other.id + "/1", other.id + "/2");
        assertThat(seen).isEqualTo(ofProject(before));
    }

    @Test
    void showsAUserTheEventsOfTheirRuns() throws SQLException {
        TestRun mine = runs.run("{}");
        try (var writer = new Writer()) {
            writer.append(mine).append(runs.run("{}")).commit();
        }
        await().until(() -> ofProject(before).size() == 2);
        assertThat(LOG.ofProject("p", mine.user, before, 10))
                .extracting(EventLogTest::name)
                .containsExactly(mine.id + "/1");
    }

    @Test
    void goesOnAfterWhatWasRestoredFromAServerThatWasFurtherOn() throws Exception {
        TestRun old = runs.run("{}");
        TestRun fresh = runs.run("{}");
        DATABASE.jdbc().sql("update event_clock set base = base + 1000000").update();
        try (var writer = new Writer()) {
            writer.append(old).commit();
        }
        DATABASE.jdbc().sql("update event_clock set base = base - 1000000").update();
        assertThat(ofProject(before)).isEmpty();

        afterMigrate();
        try (var writer = new Writer()) {
            writer.append(fresh).commit();
        }

        awaitProject(old.id + "/1", fresh.id + "/1");
        String base = "select base from event_clock";
        long moved = DATABASE.jdbc().sql(base).query(Long.class).single();
        afterMigrate();
        assertThat(DATABASE.jdbc().sql(base).query(Long.class).single()).isEqualTo(moved);
    }

    private static void afterMigrate() throws Exception {
        String sql = new ClassPathResource("db/migration/afterMigrate.sql").getContentAsString(StandardCharsets.UTF_8);
        DATABASE.jdbc().sql(sql).update();
    }

    @Test
    @Timeout(120)
    void passesNoEventOverWhileManyWriteAndCommitInAnyOrder() throws Exception {
        List<TestRun> all = List.of(runs.run("{}"), runs.run("{}"), runs.run("{}"), runs.run("{}"), runs.run("{}"));
        for (int i = 0; i < 6; i++) {
            var random = new Random(i);
            Thread.ofPlatform().start(() -> writeAtRandom(all, random));
        }

        List<String> seen = new ArrayList<>();
        EventPlace after = before;
        while (seen.size() < 6 * 150) {
            List<StoredEvent> page = LOG.ofProject("p", null, after, 1_000);
            page.forEach(event -> seen.add(name(event)));
            after = page.isEmpty() ? after : page.getLast().place();
        }

        assertThat(seen).isEqualTo(ofProject(before));
        Map<String, Integer> latest = new HashMap<>();
        for (String name : seen) {
            int slash = name.indexOf('/');
            int seq = Integer.parseInt(name.substring(slash + 1));
            assertThat(latest.merge(name.substring(0, slash), 1, Integer::sum)).isEqualTo(seq);
        }
    }

    /** Sometimes takes its number long before it writes. */
    private static void writeAtRandom(List<TestRun> all, Random random) {
        for (int i = 0; i < 150; i++) {
            try (var writer = new Writer()) {
                if (random.nextInt(4) == 0) {
                    writer.execute("select pg_sleep(0.005)");
                }
                writer.append(all.get(random.nextInt(all.size())));
                if (random.nextInt(4) == 0) {
                    writer.execute("select pg_sleep(0.003)");
                }
                writer.commit();
            } catch (SQLException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    /** Any transaction on the server may hold up the horizon for a moment, one of autovacuum's too. */
    private void awaitProject(String... events) {
        await().untilAsserted(() -> assertThat(ofProject(before)).containsExactly(events));
    }

    private static List<String> ofProject(EventPlace after) {
        return LOG.ofProject("p", null, after, 10_000).stream()
                .map(EventLogTest::name)
                .toList();
    }

    private static String name(StoredEvent event) {
        return event.place().runId() + "/" + event.place().seq();
    }
}
