package dev.reins.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.store.TestDatabase;
import dev.reins.store.control.Receipt;
import dev.reins.store.control.RunControls;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class ReceiptWatchTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Executor EACH_ITS_OWN_THREAD = Executors.newVirtualThreadPerTaskExecutor();
    private static TestDatabase database;
    private final Counted counted = new Counted();
    private final RunControls controls = new RunControls(JdbcClient.create(counted));
    private final ReceiptWatch watch = new ReceiptWatch(controls);

    /** Outside a transaction each statement takes a connection. */
    private static final class Counted extends DelegatingDataSource {
        final AtomicInteger statements = new AtomicInteger();
        volatile boolean away;

        Counted() {
            super(database.dataSource());
        }

        @Override
        public Connection getConnection() throws SQLException {
            statements.incrementAndGet();
            if (away) {
                throw new SQLTransientConnectionException("away");
            }
            return super.getConnection();
        }
    }

    @BeforeAll
    static void createRun() {
        database = TestDatabase.create();
        sql("insert into projects (id, name) values ('p1', 'One')");
        sql("insert into accounts (user_id, tier) values ('ada', 'pro')");
        sql("""
                insert into runs (id, project_id, user_id, kind, limits, limit_sources, started_via)
                values ('run-1', 'p1', 'ada', 'planned', '{}', '{}', 'rest')""");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void start() {
        watch.start();
    }

    @AfterEach
    void stop() {
        watch.stop();
    }

    @Test
    void manyWaitersCostTheStatementsOfOne() {
        List<Receipt> receipts =
                IntStream.range(0, 300).mapToObj(n -> receipt("many-" + n)).toList();
        long began = System.nanoTime();
        counted.statements.set(0);
        var waiting = receipts.stream().map(receipt -> waiting(receipt, LONG)).toList();
        await().atMost(SOON).until(() -> counted.statements.get() >= 10);

        int asked = counted.statements.get();
        long turns = (System.nanoTime() - began) / Duration.ofMillis(50).toNanos() + 1;
        sql("update control_receipts set effective_at = now() where id like 'many-%'");

        assertThat(asked).isLessThanOrEqualTo((int) turns);
        assertThat(waiting)
                .allSatisfy(wait -> assertThat(wait.join().effectiveAt()).isNotNull());
    }

    @Test
    void eachGetsItsOwnReceiptOnceThatIsClosed() {
        var first = waiting(receipt("own-1"), LONG);
        var second = waiting(receipt("own-2"), LONG);
        var secondToo = waiting(new RunControls(database.jdbc()).find("own-2").orElseThrow(), LONG);

        sql("update control_receipts set refused_at = now(), refused_code = 'withdrawn' where id = 'own-2'");

        assertThat(second.join().id()).isEqualTo("own-2");
        assertThat(second.join().refusedCode()).isEqualTo("withdrawn");
        assertThat(secondToo.join()).isEqualTo(second.join());
        assertThat(first).isNotDone();
        sql("update control_receipts set effective_at = now() where id = 'own-1'");
        assertThat(first.join().id()).isEqualTo("own-1");
    }

    @Test
    void asksNothingWhileNobodyWaits() {
        waiting(receipt("over"), Duration.ofMillis(1)).join();
        int after = counted.statements.get();

        await().during(Duration.ofMillis(400)).atMost(SOON).until(() -> counted.statements.get() <= after + 1);
    }

    @Test
    void givesWhatIsKnownWhenTheTimeIsUp() {
        Receipt receipt = receipt("late");
        sql("update control_receipts set delivered_at = now() where id = 'late'");

        Receipt known = waiting(receipt, Duration.ofMillis(100)).join();

        assertThat(known.isOpen()).isTrue();
        assertThat(known.deliveredAt()).isNotNull();
    }

    @Test
    void letsEveryoneGoWhenTheProcessIsToEnd() {
        var early = waiting(receipt("ending-1"), LONG);
        await().atMost(SOON).until(() -> counted.statements.get() > 0);

        watch.stop();

        assertThat(early).succeedsWithin(SOON).matches(Receipt::isOpen);
        assertThat(waiting(receipt("ending-2"), LONG)).succeedsWithin(SOON).matches(Receipt::isOpen);
    }

    @Test
    void tellsThoseWhoWaitThatTheDatabaseIsAwayAndServesTheNext() {
        Receipt receipt = receipt("away");
        var failed = waiting(receipt, LONG);
        await().atMost(SOON).until(() -> counted.statements.get() > 0);
        counted.away = true;

        assertThat(failed)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .havingRootCause()
                .isInstanceOf(SQLTransientConnectionException.class);
        counted.away = false;
        var next = waiting(receipt, LONG);
        sql("update control_receipts set effective_at = now() where id = 'away'");

        assertThat(next).succeedsWithin(SOON);
    }

    private CompletableFuture<Receipt> waiting(Receipt receipt, Duration longest) {
        return CompletableFuture.supplyAsync(() -> watch.await(receipt, longest), EACH_ITS_OWN_THREAD);
    }

    private Receipt receipt(String id) {
        sql("insert into control_receipts (id, run_id, verb, door) values ('%s', 'run-1', 'pause', 'rest')"
                .formatted(id));
        return new RunControls(database.jdbc()).find(id).orElseThrow();
    }

    private static void sql(String sql) {
        database.jdbc().sql(sql).update();
    }
}
