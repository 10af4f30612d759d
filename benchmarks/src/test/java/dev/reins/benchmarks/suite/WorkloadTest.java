package dev.reins.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkloadTest {
    @Test
    void aLongOneIsDoneInOneRoundOfSoMany() {
        Workload aLong = Workload.sequential(500).oneRoundIn(3);

        assertThat(aLong.share(new Effort(30, 5))).isEqualTo(new Effort(10, 2));
        assertThat(aLong.share(new Effort(1, 0))).isEqualTo(new Effort(1, 0));
        assertThat(Workload.sequential(20).share(new Effort(30, 5))).isEqualTo(new Effort(30, 5));
    }
}
