package dev.reins.activities.tool;

import java.io.InterruptedIOException;

/**
 * A call's {@link ToolCall#deadline} passed before its request was sent, or the next of its requests: on a machine too busy
 * to have stopped it by then, that would otherwise come beside the next attempt's. It counts as stopped when its time was up.
 */
public final class NotSentInTime extends InterruptedIOException {
    private static final long serialVersionUID = 1;

    public NotSentInTime() {
        super("The call's time was over before it was sent");
    }
}
