package dev.reins.store.admission;

import dev.reins.contracts.Category;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** Steps that are admitted together and claimed one by one. */
@Tag("later-schema")
abstract class SideBySideTest extends RunTest {

    static Ask[] priced(TestRun run, int from, int to, long credits) {
        return Stream.of(run.steps(from, to)).map(ask -> ask.estimate(credits)).toArray(Ask[]::new);
    }

    static Ask[] browsing(TestRun run, int from, int to) {
        return Stream.of(run.steps(from, to))
                .map(ask -> ask.category(Category.BROWSER))
                .toArray(Ask[]::new);
    }

    int at(double seconds, TestRun run, Ask... asks) {
        return runs.ahead(Duration.ofMillis((long) (seconds * 1000)), () -> run.admitTogether(asks));
    }

    List<String> statuses(TestRun run) {
        return database.jdbc()
                .sql("select status from steps where run_id = :run order by step_number")
                .param("run", run.id.value())
                .query(String.class)
                .list();
    }
}
