package dev.reins.benchmarks.suite;

/**
 * How much is done before a figure is believed.
 *
 * @param rounds that count; in each, every contestant does the workload once
 * @param warmUps rounds before them, for the JVM to compile what is hot and for caches to fill
 */
public record Effort(int rounds, int warmUps) {
    public Effort {
        if (rounds < 1 || warmUps < 0) {
            throw new IllegalArgumentException("At least one round, and no less than no warm-up");
        }
    }

    @Override
    public String toString() {
        return rounds + (rounds == 1 ? " round" : " rounds") + " after " + warmUps + " to warm up";
    }
}
