package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** 50 runs of one user spend at the same time what is enough for 37 steps. */
class MoneyRaceTest extends RunTest {
    private static final int RUNS = 50;
    private static final int STEPS = 37;
    private static final int PRICE = 100;

    @Test
    void exactlyAsManyStepsAreAdmittedAsThereAreCreditsFor() {
        String user = runs.user("unlimited", STEPS * PRICE);
        List<TestRun> all = Stream.generate(
                        () -> runs.run(user, "planned", "{\"ratePerMinute\": {}, \"maxSteps\": null}"))
                .limit(RUNS)
                .toList();
        AtomicBoolean spending = new AtomicBoolean(true);
        List<String> broken = new ArrayList<>();
        Thread watcher = Thread.startVirtualThread(() -> {
            while (spending.get() && broken.isEmpty()) {
                broken.addAll(runs.brokenInvariants());
            }
        });

        int admitted = spend(
                all.stream().<Callable<Integer>>map(run -> () -> spendAll(run)).toList());
        spending.set(false);
        join(watcher);

        assertThat(admitted).isEqualTo(STEPS);
        assertThat(broken).isEmpty();
        all.forEach(run -> run.finish(RunStatus.FAILED, StopReason.INTERNAL));
        assertThat(database.jdbc()
                        .sql("select granted || ' ' || settled || ' ' || reserved from accounts where user_id = :user")
                        .param("user", user)
                        .query(String.class)
                        .single())
                .isEqualTo("3700 3700 0");
    }

    @Test
    void theSameTestFindsOutAVersionThatChecksAndThenActs() {
        database.jdbc()
                .sql("create table naive_accounts (user_id text primary key, available bigint not null)")
                .update();
        boolean foundOut = IntStream.range(0, 50).anyMatch(attempt -> {
            String user = "naive-" + attempt;
            database.jdbc()
                    .sql("insert into naive_accounts values (:user, :credits)")
                    .param("user", user)
                    .param("credits", STEPS * PRICE)
                    .update();
            return spend(Stream.<Callable<Integer>>generate(() -> () -> spendAllNaively(user))
                            .limit(RUNS)
                            .toList())
                    != STEPS;
        });
        assertThat(foundOut).isTrue();
    }

    private static int spend(List<Callable<Integer>> spenders) {
        return Together.call(spenders).stream().mapToInt(Integer::intValue).sum();
    }

    /** @return the steps admitted until the credits were spent */
    private int spendAll(TestRun run) {
        int admitted = 0;
        while (true) {
            Ask ask = run.step(admitted + 1).estimate(PRICE);
            Admission answer = ask.admit();
            if (answer instanceof Admission.NotAdmitted not) {
                assertThat(not.verdict().pauseReason()).isEqualTo(PauseReason.INSUFFICIENT_CREDITS);
                return admitted;
            }
            assertClaimed(answer);
            admitted++;
            run.complete(ask.number, ask.token);
        }
    }

    private int spendAllNaively(String user) {
        int admitted = 0;
        while (available(user) >= PRICE) {
            database.jdbc()
                    .sql("update naive_accounts set available = available - :price where user_id = :user")
                    .param("price", PRICE)
                    .param("user", user)
                    .update();
            admitted++;
        }
        return admitted;
    }

    private long available(String user) {
        return database.jdbc()
                .sql("select available from naive_accounts where user_id = :user")
                .param("user", user)
                .query(Long.class)
                .single();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
