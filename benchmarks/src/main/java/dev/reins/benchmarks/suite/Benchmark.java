package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.figure.Report;

/** One question and the measurements that answer it. */
public interface Benchmark {

    /** As {@code ./reins bench NAME} takes it, and the report's section. */
    String name();

    /** The question, for the help. */
    String question();

    void take(Effort effort, Report report);
}
