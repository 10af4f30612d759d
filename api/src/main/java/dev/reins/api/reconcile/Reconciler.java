package dev.reins.api.reconcile;

import dev.reins.api.engine.Delivery;
import dev.reins.store.control.RunControls;
import dev.reins.store.control.RunControls.Undelivered;
import dev.reins.store.reconcile.ReconcilerLog;
import dev.reins.store.run.RunCounts;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * One pass over everything that may have been lost between our tables and Temporal, and what is to be done in the tables
 * alone. One api at a time does either; what is not done in one turn is in the next one. For one thread.
 */
@Component
final class Reconciler {
    /** A request is first delivered by whoever stored it. */
    private static final Duration DELIVERY_GRACE = Duration.ofSeconds(1);

    private final ReconcilerLog log;
    private final RunControls controls;
    private final EngineDoor door;
    private final Starts starts;
    private final ClosedPass closed;
    private final SweepPass sweep;
    private final RunCounts counts;
    private final Forgetting forgetting;
    private final Fixes fixes;

    Reconciler(
            ReconcilerLog log,
            RunControls controls,
            EngineDoor door,
            Starts starts,
            ClosedPass closed,
            SweepPass sweep,
            RunCounts counts,
            Forgetting forgetting,
            Fixes fixes) {
        this.log = log;
        this.controls = controls;
        this.door = door;
        this.starts = starts;
        this.closed = closed;
        this.sweep = sweep;
        this.counts = counts;
        this.forgetting = forgetting;
        this.fixes = fixes;
    }

    /** What needs no Temporal of a pass. */
    void tidy() {
        log.exclusively(this::tidyUp);
    }

    private void tidyUp() {
        counts.addUp();
        forgetting.forget();
    }

    /** Runs wait for what is caught up with, so that comes first; and where it breaks off, the tables are tidied all the same. */
    void pass() {
        log.exclusively(() -> {
            try {
                catchUp();
            } catch (RuntimeException | Error brokenOff) {
                tidyUpAfter(brokenOff);
                throw brokenOff;
            }
            tidyUp();
        });
    }

    /** What it was that broke off is told all the same. */
    private void tidyUpAfter(Throwable brokenOff) {
        try {
            tidyUp();
        } catch (RuntimeException | Error e) {
            brokenOff.addSuppressed(e);
        }
    }

    private void catchUp() {
        starts.startWaiting();
        deliverWaiting();
        sweep.sweep();
        log.passed(closed.follow(log.seenClosedUntil().orElseGet(ClosedPass::firstLook)));
    }

    private void deliverWaiting() {
        controls.undelivered(Instant.now().minus(DELIVERY_GRACE)).stream()
                .map(Reconciler::delivery)
                .filter(delivery -> !door.wasDeliveredLately(delivery))
                .forEach(delivery -> OneByOne.attempt(delivery.runId(), () -> deliver(delivery)));
    }

    private void deliver(Delivery delivery) {
        if (door.tryDeliver(delivery)) {
            fixes.delivered();
        }
    }

    private static Delivery delivery(Undelivered request) {
        return new Delivery(request.receiptId(), request.runId(), request.verb(), request.by(), request.reason());
    }
}
