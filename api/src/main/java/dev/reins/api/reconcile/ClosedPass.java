package dev.reins.api.reconcile;

import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.ExecutionView;
import dev.reins.store.run.RunLifecycle;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Follows what Temporal has closed since the last pass, looking back a little further each time: its list comes late. For one thread. */
@Component
final class ClosedPass {
    private static final Logger LOG = LoggerFactory.getLogger(ClosedPass.class);
    private static final Duration OVERLAP = Duration.ofSeconds(10);
    private static final Duration FIRST_LOOK = Duration.ofHours(1);

    private final Engine engine;
    private final RunLifecycle lifecycle;
    private final Reflection reflection;
    private final Recent followed = new Recent();
    private boolean listed = true;

    ClosedPass(Engine engine, RunLifecycle lifecycle, Reflection reflection) {
        this.engine = engine;
        this.lifecycle = lifecycle;
        this.reflection = reflection;
    }

    /** @return up to when it need not look any more; {@code seenUntil} if Temporal offers no such list: the sweep remains */
    Instant follow(Instant seenUntil) {
        Instant now = Instant.now();
        try {
            engine.closed().since(seenUntil.minus(OVERLAP)).forEach(this::followOnce);
            listed = true;
            return now;
        } catch (EngineRefused noList) {
            if (listed) {
                LOG.warn("Temporal does not list closed executions: {}", noList.getMessage());
            }
            listed = false;
            return seenUntil;
        }
    }

    /** What could not be followed is tried again as long as the list names it. */
    private void followOnce(ExecutionView closed) {
        if (!followed.contains(closed.executionId()) && OneByOne.attempt(closed.runId(), () -> follow(closed))) {
            followed.add(closed.executionId(), OVERLAP.multipliedBy(6));
        }
    }

    static Instant firstLook() {
        return Instant.now().minus(FIRST_LOOK);
    }

    /** The closed one may have a successor (a reset): only what its id's latest execution says counts. */
    private void follow(ExecutionView closed) {
        lifecycle
                .live(closed.runId())
                .ifPresent(row -> engine.describe(closed.runId()).ifPresent(latest -> reflection.ended(latest, row)));
    }
}
