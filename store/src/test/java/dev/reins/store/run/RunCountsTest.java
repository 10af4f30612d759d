package dev.reins.store.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("later-schema")
class RunCountsTest extends RunTest {
    private static final int MANY = 40;

    private final RunCounts counts = new RunCounts(database.jdbc());
    private final RunViews views = new RunViews(database.jdbc());

    @Test
    void aRunIsCountedInTheStatusThatItHas() {
        TestRun run = runs.run("{}");
        long before = count(RunStatus.COMPLETED);
        Ask ask = run.step(1);
        ask.admit();
        counts.addUp();
        long running = count(RunStatus.RUNNING);
        run.complete(1, ask.token);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);

        assertThat(count(RunStatus.RUNNING)).isEqualTo(running - 1);
        assertThat(count(RunStatus.COMPLETED)).isEqualTo(before + 1);
    }

    @Test
    void addingUpChangesNoCount() {
        runs.run("{}");
        counts.addUp();
        runs.run("{}");
        long all = count();

        counts.addUp();
        counts.addUp();

        assertThat(count()).isEqualTo(all);
        assertThat(changesNotAddedUp()).isZero();
    }

    /** What each of them leaves is compared with the runs themselves after the test, as after every test. */
    @Test
    void countsHoldWhileRunsChangeAndOthersAddUp() {
        long before = count();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var changes = Stream.generate(() -> CompletableFuture.runAsync(this::runAndEnd, threads))
                    .limit(MANY)
                    .toList();
            var all = CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new));
            var sums = Stream.generate(() -> CompletableFuture.runAsync(() -> addUpUntil(all), threads))
                    .limit(3)
                    .toList();
            all.join();
            sums.forEach(CompletableFuture::join);
        }

        assertThat(count()).isEqualTo(before + MANY);
        assertThat(runs.brokenInvariants()).isEmpty();
        counts.addUp();
        assertThat(runs.brokenInvariants()).isEmpty();
        assertThat(changesNotAddedUp()).isZero();
    }

    @Test
    void aUsersRunsAreCountedApartFromThoseOfOthers() {
        TestRun run = runs.run("{}");
        runs.run(run.user, "planned", "{}");
        runs.run("{}");
        counts.addUp();
        Ask ask = run.step(1);
        ask.admit();

        assertThat(countOf(run.user)).isEqualTo(2);
        assertThat(countOf(run.user, RunStatus.RUNNING)).isEqualTo(1);
        assertThat(countOf(run.user, RunStatus.QUEUED, RunStatus.PAUSED)).isEqualTo(1);
        assertThat(countOf(runs.user("pro", 0))).isZero();
    }

    /** Which is how a total of many runs is known to cost no more than one of few. */
    @Test
    void aUsersTotalIsReadFromTheSums() {
        TestRun run = runs.run("{}");
        counts.addUp();
        String sums = "update user_run_counts set runs = runs + %d where user_id = '" + run.user + "'";
        try {
            sql(sums.formatted(1000));

            assertThat(countOf(run.user)).isEqualTo(1001);
        } finally {
            sql(sums.formatted(-1000));
        }
    }

    @Test
    void aRunThatIsDeletedIsNotCounted() {
        TestRun run = runs.run("{}");
        long all = count();

        sql("delete from runs where id = '%s'".formatted(run.id));

        assertThat(count()).isEqualTo(all - 1);
        assertThat(countOf(run.user)).isZero();
    }

    private void sql(String sql) {
        database.jdbc().sql(sql).update();
    }

    private void addUpUntil(CompletableFuture<?> end) {
        do {
            counts.addUp();
        } while (!end.isDone());
    }

    private void runAndEnd() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1);
        ask.admit();
        run.complete(1, ask.token);
        run.finish(RunStatus.COMPLETED, StopReason.DONE);
    }

    /** All tests' runs are of this project. */
    private long count(RunStatus... statuses) {
        return views.count(new RunFilter("p", Set.of(statuses), null, null, null, null));
    }

    private long countOf(String user, RunStatus... statuses) {
        return views.count(new RunFilter("p", Set.of(statuses), null, user, null, null));
    }

    private long changesNotAddedUp() {
        return database.jdbc()
                .sql("select count(*) from run_count_changes")
                .query(Long.class)
                .single();
    }
}
