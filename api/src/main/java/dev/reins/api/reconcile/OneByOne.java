package dev.reins.api.reconcile;

import dev.reins.api.engine.EngineUnavailable;
import dev.reins.contracts.RunId;
import dev.reins.store.DatabaseOutage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes runs in turn: what is wrong with one keeps no other from its turn. An outage, which is no run's own, ends them all. */
final class OneByOne {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private OneByOne() {}

    /**
     * @return whether it was done
     * @throws EngineUnavailable and a database's outage pass through
     */
    static boolean attempt(RunId runId, Runnable work) {
        try {
            work.run();
            return true;
        } catch (EngineUnavailable outage) {
            throw outage;
        } catch (RuntimeException | Error failure) {
            if (DatabaseOutage.isUnusable(failure)) {
                throw failure;
            }
            LOG.error("The reconciler cannot see to {}; it comes back to it", runId, failure);
            return false;
        }
    }
}
