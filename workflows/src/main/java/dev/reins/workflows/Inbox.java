package dev.reins.workflows;

import dev.reins.contracts.run.RunBookkeeping.Signal;
import io.temporal.common.converter.RawValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The signals that have arrived and that no bookkeeping has registered yet. Handlers add to it, the run loop takes from it. */
final class Inbox {
    private final String executionId;
    private final List<Signal> pending = new ArrayList<>();
    private int arrived;

    /** @param executionId makes signal ids unique among all executions of a run */
    Inbox(String executionId) {
        this.executionId = executionId;
    }

    void add(String name, @Nullable RawValue payload) {
        RawText text = RawText.of(payload);
        arrived++;
        pending.add(new Signal(executionId + "/" + arrived, name, text.text(), text.undecodable()));
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    List<Signal> take() {
        List<Signal> taken = List.copyOf(pending);
        pending.clear();
        return taken;
    }
}
