package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many runs of one user ask for four times what their limit allows; time is the database's, moved ahead, never slept. */
class RateRaceTest extends RunTest {
    private static final int LIMIT = 30;
    private static final int DEMAND = 4 * LIMIT;

    /** A step that asks again at its slot. */
    private record Due(Instant at, Ask ask) {}

    @Test
    void neverMoreThanTheLimitInAnyMinuteAndNobodyIsLost() {
        String user = runs.user("pro", 0);
        PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparing(Due::at));
        for (int i = 0; i < DEMAND; i++) {
            waiting.add(new Due(Instant.now(), browse(runs.run(user, "planned", "{}"))));
        }
        int calls = 0;
        while (!waiting.isEmpty()) {
            calls += askAllThatAreDue(waiting);
        }

        assertThat(calls).isLessThan(3 * DEMAND);
        assertThat(admitted(user)).isEqualTo(DEMAND);
        assertThat(mostInAnyMinute(user)).isEqualTo(LIMIT);
        assertThat(latestBeforeAnEarlierWait(user)).isLessThan(2.0);
    }

    @Test
    void theSameTestFindsOutAVersionThatChecksAndThenActs() {
        database.jdbc()
                .sql("create table naive_calls (user_id text, at timestamptz default clock_timestamp())")
                .update();
        boolean foundOut = IntStream.range(0, 50).anyMatch(attempt -> {
            String user = "naive-" + attempt;
            int admitted = Together.call(Stream.<Callable<Integer>>generate(() -> () -> admitNaively(user))
                            .limit(DEMAND)
                            .toList())
                    .stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            return admitted > LIMIT;
        });
        assertThat(foundOut).isTrue();
    }

    /** Moves time to the next slot and asks, at the same moment, for all steps whose slot has come. */
    private int askAllThatAreDue(PriorityQueue<Due> waiting) {
        Duration shift = Duration.between(Instant.now(), waiting.peek().at());
        Duration ahead = shift.isNegative() ? Duration.ZERO : shift;
        Instant now = Instant.now().plus(ahead).plusMillis(50);
        List<Due> due = new ArrayList<>();
        while (!waiting.isEmpty() && !waiting.peek().at().isAfter(now)) {
            due.add(waiting.poll());
        }
        List<Admission> answers = Together.call(due.stream()
                .<Callable<Admission>>map(d -> () -> runs.ahead(ahead, d.ask()::admit))
                .toList());
        for (int i = 0; i < due.size(); i++) {
            if (answers.get(i) instanceof Admission.NotAdmitted not) {
                assertThat(not.verdict().kind()).isEqualTo(Kind.WAITING);
                waiting.add(new Due(
                        Instant.ofEpochMilli(not.verdict().waitUntilEpochMs()),
                        due.get(i).ask()));
            }
        }
        return due.size();
    }

    private static Ask browse(TestRun run) {
        return run.step(1).category(Category.BROWSER);
    }

    private long admitted(String user) {
        return number("select count(*) from admissions where user_id = :user", user)
                .longValue();
    }

    private int mostInAnyMinute(String user) {
        return number("""
                        select max((select count(*) from admissions other where other.user_id = :user
                            and other.admitted_at >= one.admitted_at
                            and other.admitted_at < one.admitted_at + interval '60 seconds'))
                        from admissions one where one.user_id = :user""", user).intValue();
    }

    /** By how many seconds a step was admitted before one that had begun to wait a second or more earlier. */
    private double latestBeforeAnEarlierWait(String user) {
        return number("""
                        select coalesce(max(extract(epoch from earlier.admitted_at - later.admitted_at)), 0)
                        from (select * from steps join admissions using (run_id, step_number, user_id)) earlier
                        join (select * from steps join admissions using (run_id, step_number, user_id)) later
                            on earlier.asked_at + interval '1 second' < later.asked_at
                        where earlier.user_id = :user and later.user_id = :user""", user).doubleValue();
    }

    private Number number(String sql, String user) {
        return database.jdbc().sql(sql).param("user", user).query(Double.class).single();
    }

    private int admitNaively(String user) {
        return database.jdbc()
                .sql("""
                        insert into naive_calls (user_id) select :user
                        where (select count(*) from naive_calls where user_id = :user
                               and at > clock_timestamp() - interval '60 seconds') < :limit""")
                .param("user", user)
                .param("limit", LIMIT)
                .update();
    }
}
