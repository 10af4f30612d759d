package dev.reins.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Tag("later-schema")
class RunFiguresTest extends RunTest {
    private final RunFigures figures = new RunFigures(database.jdbc());

    @Test
    void countsLiveRunsByStatusAndTellsTheOldestReservation() {
        assertThat(figures.live()).isEmpty();
        assertThat(figures.oldestReservation()).isZero();
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);
        ask.admit();
        runs.run("{}");

        assertThat(figures.live()).containsOnly(entry(RunStatus.QUEUED, 1L), entry(RunStatus.RUNNING, 1L));
        assertThat(figures.oldestReservation()).isPositive().isLessThan(Duration.ofHours(1));

        run.complete(1, ask.token);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
        assertThat(figures.live()).containsOnly(entry(RunStatus.QUEUED, 1L));
        assertThat(figures.oldestReservation()).isZero();
    }

    @Test
    void aStepOfUnknownOutcomeHoldsItsReservation() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100).notIdempotent();
        ask.admit();
        run.record(1, ask.token, StepStatus.UNKNOWN, null);

        assertThat(figures.oldestReservation()).isPositive();
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void theReconcilersAgeGrowsFromTheStartUntilItHasPassed() {
        var late = new RunFigures(database.jdbc());

        Duration since = late.sinceReconciled();
        assertThat(since).isPositive();
        assertThat(figures.sinceReconciled()).isGreaterThan(since);

        database.jdbc()
                .sql("update reconciler set last_pass_at = clock_timestamp() - interval '2 hours'")
                .update();
        assertThat(late.sinceReconciled()).isBetween(Duration.ofHours(2), Duration.ofHours(3));
    }

    @Test
    void theOldestReservationIsReadFromItsIndex() {
        assertThat(plan("select min(asked_at) from steps where held > 0")).contains("steps_holding_credits");
    }

    /** As for a table too large to be read as a whole. */
    private String plan(String sql) {
        var transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        return transaction.execute(status -> {
            database.jdbc().sql("set local enable_seqscan = off").update();
            return String.join(
                    "\n",
                    database.jdbc().sql("explain " + sql).query(String.class).list());
        });
    }

    private static Map.Entry<RunStatus, Long> entry(RunStatus status, long count) {
        return Map.entry(status, count);
    }
}
