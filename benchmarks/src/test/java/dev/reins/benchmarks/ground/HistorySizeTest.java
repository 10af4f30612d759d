package dev.reins.benchmarks.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.benchmarks.ground.HistorySize.OfExecution;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistorySizeTest {
    private final OfExecution first = execution(true, 900);
    private final OfExecution second = execution(true, 1_000);
    private final OfExecution last = execution(false, 100);
    private final HistorySize size = new HistorySize(List.of(first, second, last));

    private static OfExecution execution(boolean isFull, long bytes) {
        return new OfExecution(Instant.EPOCH, Instant.EPOCH.plusSeconds(1), isFull, 10, bytes);
    }

    @Test
    void executionsAreAddedUp() {
        assertThat(size.events()).isEqualTo(30);
        assertThat(size.bytes()).isEqualTo(2_000);
        assertThat(size.largest()).isEqualTo(1_000);
    }

    @Test
    void theOneInWhichTheRunEndedIsNotFull() {
        assertThat(size.full()).containsExactly(first, second);
    }
}
