package dev.reins.activities.tool;

import dev.reins.contracts.ToolSpec;
import java.io.IOException;
import tools.jackson.databind.JsonNode;

/**
 * Something an agent can do. Implementations are thread-safe, keep nothing between calls, and retry nothing by
 * themselves: retries belong to the engine, which calls again with the same {@link ToolCall#stepKey}.
 *
 * <p>A call runs on a thread of its own, which is interrupted when the run is cancelled or the time is up. I/O that
 * does not end on an interrupt registers its abort with {@link ToolCall#cancellation}. What a call throws after that
 * is of no matter. Later calls are made on the same thread, so a call that sets a {@link ThreadLocal} also removes it.
 */
public interface Tool {

    ToolSpec spec();

    /**
     * What this very call may do and cost at most: the same for the same input whenever and wherever it is asked, as a step that
     * is admitted for one answer is not claimed for another. Also asked before references in a plan's input are resolved and
     * before a model's arguments are checked against the schema, so it copes with any input. A step over whose input it
     * breaks fails, and is not called. It computes and waits for nothing: it does not run on the call's thread.
     */
    default CallTraits traits(JsonNode input) {
        return CallTraits.of(spec());
    }

    /**
     * @param call its input has passed the schema of {@link #spec}
     * @throws CallFailed if it did not succeed
     * @throws OutcomeUnknown if it is not idempotent and nobody can tell whether it happened
     * @throws NotSentInTime if what it had to send was not sent because its deadline had passed
     * @throws IOException else, the same as a {@link CallFailed} of class CONNECTION
     */
    ToolResult call(ToolCall call) throws CallFailed, OutcomeUnknown, IOException, InterruptedException;
}
