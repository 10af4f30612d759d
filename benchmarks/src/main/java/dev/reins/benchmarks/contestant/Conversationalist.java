package dev.reins.benchmarks.contestant;

/** One way to let a model and a tool take turns, the model seeing all that was said before. */
public interface Conversationalist extends AutoCloseable {

    String name();

    String configuration();

    Storage storage();

    /**
     * Holds one conversation: so many turns, in each a message of the model of so many bytes, which do not compress, and
     * one small tool call.
     */
    void converse(String runId, int turns, int bytes);

    @Override
    void close();
}
