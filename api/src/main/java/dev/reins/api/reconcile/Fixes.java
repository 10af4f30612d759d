package dev.reins.api.reconcile;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts what the reconciler had to do because it had not come about by itself. Thread-safe. */
@Component
final class Fixes {
    private final Counter started;
    private final Counter delivered;
    private final Counter ended;

    Fixes(MeterRegistry registry) {
        started = counter(registry, "started");
        delivered = counter(registry, "delivered");
        ended = counter(registry, "ended");
    }

    private static Counter counter(MeterRegistry registry, String kind) {
        return registry.counter("reins.reconciler.fixes", "kind", kind);
    }

    /** A run whose workflow was not there. */
    void started() {
        started.increment();
    }

    /** A control request that had not reached its workflow. */
    void delivered() {
        delivered.increment();
    }

    /** A row that outlived its workflow. */
    void ended() {
        ended.increment();
    }
}
