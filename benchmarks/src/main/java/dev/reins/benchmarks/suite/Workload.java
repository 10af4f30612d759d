package dev.reins.benchmarks.suite;

/**
 * So many runs at once, each of so many sequential steps.
 *
 * @param inRounds done in one round of so many: more than 1 where it takes long
 */
public record Workload(int steps, int atOnce, int inRounds) {
    public Workload(int steps, int atOnce) {
        this(steps, atOnce, 1);
    }

    public static Workload sequential(int steps) {
        return new Workload(steps, 1);
    }

    Workload oneRoundIn(int many) {
        return new Workload(steps, atOnce, many);
    }

    /** As figures name it: {@code w100}, {@code w100x16}. */
    public String name() {
        return atOnce == 1 ? "w" + steps : "w" + steps + "x" + atOnce;
    }

    int totalSteps() {
        return steps * atOnce;
    }

    /** Of all the effort, what is spent on this workload. */
    Effort share(Effort effort) {
        return effort.oneIn(inRounds);
    }
}
