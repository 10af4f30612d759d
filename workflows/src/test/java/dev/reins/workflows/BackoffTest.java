package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));

    @Test
    void pausesGrowToTheirMost() {
        assertThat(next(6)).containsExactly(0L, 100L, 200L, 350L, 350L, 350L);
    }

    @Test
    void pausesStayAtTheirMostForEver() {
        next(100);
        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(350));
    }

    @Test
    void progressMakesTheNextAttemptFreeAgain() {
        next(3);
        backoff.reset();
        assertThat(backoff.next()).isZero();
    }

    private List<Long> next(int times) {
        return Stream.generate(() -> backoff.next().toMillis()).limit(times).toList();
    }
}
