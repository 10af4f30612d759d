package dev.reins.api.reconcile;

import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineStart;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunLifecycle.Unstarted;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Starts runs whose row is there and whose workflow is not. */
@Component
final class Starts {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration REFUSED = Duration.ofSeconds(30);

    private final EngineDoor door;
    private final RunLifecycle lifecycle;
    private final RunViews views;
    private final AgentNames names;
    private final Fixes fixes;
    private final Recent refused = new Recent();

    Starts(EngineDoor door, RunLifecycle lifecycle, RunViews views, AgentNames names, Fixes fixes) {
        this.door = door;
        this.lifecycle = lifecycle;
        this.views = views;
        this.names = names;
        this.fixes = fixes;
    }

    /** Those that their request, some seconds ago, did not get through. */
    void startWaiting() {
        lifecycle.unstarted(Instant.now().minus(GRACE)).stream()
                .forEach(run -> OneByOne.attempt(run.runId(), () -> start(engineStart(run))));
    }

    private EngineStart engineStart(Unstarted run) {
        return new EngineStart(
                run.runId(), run.projectId(), run.agentId(), names.of(run.agentId()), run.userId(), run.status());
    }

    void startAgain(RunId runId) {
        views.find(runId).map(this::engineStart).ifPresent(this::start);
    }

    private EngineStart engineStart(RunView run) {
        return new EngineStart(
                new RunId(run.id()),
                run.projectId(),
                run.agentId(),
                names.of(run.agentId()),
                run.userId(),
                Wire.of(RunStatus.class, run.status()));
    }

    private void start(EngineStart start) {
        if (refused.contains(start.runId().value())) {
            return;
        }
        try {
            door.start(start);
            fixes.started();
        } catch (EngineRefused no) {
            LOG.warn("Temporal refuses to start {}: {}", start.runId(), no.getMessage());
            refused.add(start.runId().value(), REFUSED);
        }
    }
}
