package dev.reins.workflows;

import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;

/**
 * When a run goes on in a new execution: well before Temporal's limits on history (51,200 events, 50 MB), and while a replay
 * still takes a fraction of a second.
 *
 * @param events in the history
 * @param bytes of history
 */
record ContinueAsNewAt(long events, long bytes) {
    static final ContinueAsNewAt DEFAULT = new ContinueAsNewAt(2_000, 1 << 20);

    boolean isReached() {
        WorkflowInfo info = Workflow.getInfo();
        return info.isContinueAsNewSuggested() || info.getHistoryLength() > events || info.getHistorySize() > bytes;
    }
}
