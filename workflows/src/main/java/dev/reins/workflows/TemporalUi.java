package dev.reins.workflows;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.SearchAttributes;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the run in Temporal's own UI and lists. A search attribute is an event of history, so it is written on change only. */
final class TemporalUi {
    private final Progress progress;

    TemporalUi(Progress progress) {
        this.progress = progress;
    }

    /** Says whose run this is, where its starter has not, and its status. */
    void identify(Begun begun) {
        List<SearchAttributeUpdate<?>> updates = new ArrayList<>();
        addMissing(updates, SearchAttributes.AGENT, begun.agentId());
        addMissing(updates, SearchAttributes.PROJECT, begun.projectId());
        addMissing(updates, SearchAttributes.USER, begun.userId());
        addStatus(updates);
        write(updates);
    }

    void refresh() {
        List<SearchAttributeUpdate<?>> updates = new ArrayList<>();
        addStatus(updates);
        write(updates);
    }

    private void addStatus(List<SearchAttributeUpdate<?>> updates) {
        RunStatus status = progress.status();
        if (!status.wire().equals(current(SearchAttributes.STATUS))) {
            updates.add(SearchAttributes.STATUS.valueSet(status.wire()));
        }
    }

    private static void addMissing(
            List<SearchAttributeUpdate<?>> updates, SearchAttributeKey<String> key, @Nullable String value) {
        if (value != null && current(key) == null) {
            updates.add(key.valueSet(value));
        }
    }

    private static @Nullable String current(SearchAttributeKey<String> key) {
        return Workflow.getTypedSearchAttributes().get(key);
    }

    private void write(List<SearchAttributeUpdate<?>> updates) {
        if (!updates.isEmpty()) {
            Workflow.upsertTypedSearchAttributes(updates.toArray(SearchAttributeUpdate[]::new));
        }
        Workflow.setCurrentDetails(progress.sentence());
    }
}
