package dev.reins.activities.model;

import dev.reins.activities.tool.CallFailed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Completes conversations. Thread-safe, keeps nothing between calls and retries nothing by itself. It runs like a
 * {@link dev.reins.activities.tool.Tool}: on a thread of its own that is interrupted when the call must stop.
 */
public interface ModelProvider {

    /** The name that definitions choose it by. */
    String name();

    /** The names of all its models; empty: any name may be one. */
    default Optional<List<String>> models() {
        return Optional.empty();
    }

    /** @throws CallFailed if there is no reply; the message is a sentence without prompt text */
    ModelReply complete(ModelCall call) throws CallFailed, IOException, InterruptedException;
}
