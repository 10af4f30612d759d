package dev.reins.api.reconcile;

import dev.reins.api.engine.Delivery;
import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineStart;
import dev.reins.api.engine.EngineUnavailable;
import dev.reins.store.run.RunLifecycle;
import java.time.Duration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Brings to Temporal what has been committed here. What does not get through is no failure of the request: the reconciler
 * comes back to it. Thread-safe.
 */
@Component
public final class EngineDoor {
    /** A delivered request that its workflow has not confirmed is delivered again, in case its execution was replaced. */
    private static final Duration UNCONFIRMED = Duration.ofSeconds(30);

    private static final Duration REFUSED = Duration.ofSeconds(5);

    private final Engine engine;
    private final RunLifecycle lifecycle;
    private final Recent delivered = new Recent();

    EngineDoor(Engine engine, RunLifecycle lifecycle) {
        this.engine = engine;
        this.lifecycle = lifecycle;
    }

    /** @return whether Temporal has the run */
    public boolean tryStart(EngineStart start) {
        try {
            start(start);
            return true;
        } catch (EngineUnavailable | EngineRefused | DataAccessException later) {
            return false;
        }
    }

    void start(EngineStart start) {
        engine.start(start);
        lifecycle.engineStarted(start.runId());
    }

    boolean wasDeliveredLately(Delivery delivery) {
        return delivered.contains(delivery.receiptId());
    }

    /** @return whether Temporal has the request, now or since lately */
    public boolean tryDeliver(Delivery delivery) {
        if (wasDeliveredLately(delivery)) {
            return true;
        }
        try {
            engine.deliver(delivery);
            delivered.add(delivery.receiptId(), UNCONFIRMED);
            return true;
        } catch (EngineRefused refused) {
            delivered.add(delivery.receiptId(), REFUSED);
            return false;
        } catch (EngineUnavailable later) {
            return false;
        }
    }
}
