package dev.reins.activities.tool;

import java.io.InterruptedIOException;

/**
 * A call's {@link ToolCall#deadline} passed before it was sent: on a machine too busy to have stopped it by then, it would
 * otherwise come beside the next attempt's. It is one that was stopped when its time was up.
 */
public final class OutOfTime extends InterruptedIOException {
    private static final long serialVersionUID = 1;

    public OutOfTime() {
        super("The call's time was over before it was sent");
    }
}
