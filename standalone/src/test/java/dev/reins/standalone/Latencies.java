package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Some measured times, against what the contract promises of them. */
record Latencies(String what, List<Duration> sorted) {
    private static final Duration PROMISED = Duration.ofSeconds(2);

    static Latencies of(String what, Collection<Duration> times) {
        return new Latencies(what, times.stream().sorted().toList());
    }

    /** Nearest rank. */
    Duration percentile(int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }

    void assertWithinTwoSecondsAtP95() {
        System.out.println(this);
        assertThat(percentile(95)).as("%s", this).isLessThanOrEqualTo(PROMISED);
    }

    @Override
    public String toString() {
        return "%s: median %d ms, p95 %d ms, most %d ms of %d"
                .formatted(
                        what,
                        percentile(50).toMillis(),
                        percentile(95).toMillis(),
                        sorted.getLast().toMillis(),
                        sorted.size());
    }
}
