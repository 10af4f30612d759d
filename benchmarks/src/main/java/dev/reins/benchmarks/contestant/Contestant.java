package dev.reins.benchmarks.contestant;

/** One way to do sequential steps durably. Runs may be asked for from several threads at once. */
public interface Contestant extends AutoCloseable {

    /** As figures name it: short, without spaces. */
    String name();

    /** How it was configured, in a sentence for the reader. */
    String configuration();

    /** Where its runs leave what the footprint benchmark counts. */
    Storage storage();

    /**
     * Does one run of so many steps, one after the other, each an {@code echo} of a small value, and returns when it is
     * known to have completed.
     *
     * @param runId not used before
     * @throws IllegalStateException if it did not complete as it should
     */
    void run(String runId, int steps);

    @Override
    void close();
}
