package dev.reins.store.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.store.Listing;
import dev.reins.store.TestDatabase;
import dev.reins.store.reconcile.ReconcilerLog.Finding;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcilerLogTest {
    private final TestDatabase database = TestDatabase.create();
    private final ReconcilerLog log = new ReconcilerLog(database.dataSource(), database.jdbc());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void letsOneWorkAtATime() {
        boolean[] second = {true};

        boolean first = log.exclusively(() -> second[0] = log.exclusively(() -> {}));

        assertThat(first).isTrue();
        assertThat(second[0]).isFalse();
        assertThat(log.exclusively(() -> {})).isTrue();
    }

    @Test
    void letsTheNextWorkAfterAFailure() {
        assertThatThrownBy(() -> log.exclusively(() -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        assertThat(log.exclusively(() -> {})).isTrue();
    }

    @Test
    void remembersHowFarItGot() {
        var until = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(log.seenClosedUntil()).isEmpty();

        log.passed(Instant.EPOCH);
        log.passed(until);

        assertThat(log.seenClosedUntil()).contains(until);
    }

    @Test
    void pagesThroughItsFindingsNewestFirstWhileMoreAreFound() {
        findings(0, 3).forEach(log::found);
        Listing<Finding> first = log.findings(2, null);
        findings(3, 5).forEach(log::found);
        Listing<Finding> second = log.findings(2, first.nextCursor());

        assertThat(first.items()).extracting(Finding::runId).containsExactly("run-2", "run-1");
        assertThat(first.totalCount()).isEqualTo(3);
        assertThat(second.items()).extracting(Finding::runId).containsExactly("run-0");
        assertThat(second.totalCount()).isEqualTo(5);
        assertThat(second.nextCursor()).isNull();
    }

    private static List<Finding> findings(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Finding("run-" + i, "running", null, "failed the run", Instant.EPOCH))
                .toList();
    }
}
