package dev.reins.api.reconcile;

import dev.reins.contracts.RunId;
import dev.reins.store.reconcile.ReconcilerLog.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one pass found apart. For one thread. */
final class Findings {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final List<Finding> found = new ArrayList<>();
    private final Fixes fixes;

    Findings(Fixes fixes) {
        this.fixes = fixes;
    }

    void add(RunId runId, String row, @Nullable String workflow, String action) {
        LOG.info("{} is {} here and {} in Temporal: {}", runId, row, workflow == null ? "unknown" : workflow, action);
        fixes.ended();
        found.add(new Finding(runId.value(), row, workflow, action, Instant.now()));
    }

    List<Finding> all() {
        return List.copyOf(found);
    }
}
