package dev.reins.api.run;

import dev.reins.store.DatabaseOutage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows once a request is committed: it has been answered, whatever fails from here on, and what is left undone the
 * reconciler does.
 */
final class AfterCommit {
    private static final Logger LOG = LoggerFactory.getLogger(AfterCommit.class);

    private AfterCommit() {}

    /** @param runId whose request it is, for the log */
    static <T> T tryTo(String runId, T otherwise, Supplier<T> next) {
        try {
            return next.get();
        } catch (RuntimeException | Error failure) {
            tell(runId, failure);
            return otherwise;
        }
    }

    private static void tell(String runId, Throwable failure) {
        if (DatabaseOutage.isUnusable(failure)) {
            LOG.warn("What was asked of {} is stored; the rest is done when the database is back", runId);
        } else {
            LOG.error("What was asked of {} is stored; the rest failed and is left to the reconciler", runId, failure);
        }
    }
}
