package dev.reins.benchmarks.contestant;

/** One way to let a model and a tool take turns, the model seeing all that was said before. */
public interface Conversationalist extends AutoCloseable {

    String name();

    String configuration();

    Storage storage();

    /** Holds one conversation. */
    void converse(String runId, Talk talk);

    @Override
    void close();
}
