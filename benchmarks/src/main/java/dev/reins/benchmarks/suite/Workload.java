package dev.reins.benchmarks.suite;

/** So many runs at once, each of so many sequential steps. */
public record Workload(int steps, int atOnce) {
    public static Workload sequential(int steps) {
        return new Workload(steps, 1);
    }

    /** As figures name it: {@code w100}, {@code w100x16}. */
    public String name() {
        return atOnce == 1 ? "w" + steps : "w" + steps + "x" + atOnce;
    }

    int totalSteps() {
        return steps * atOnce;
    }
}
