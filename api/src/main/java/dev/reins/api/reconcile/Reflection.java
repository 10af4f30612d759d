package dev.reins.api.reconcile;

import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineUnavailable;
import dev.reins.api.engine.ExecutionView;
import dev.reins.api.engine.ExecutionView.End;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.run.RunLifecycle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes into our rows what Temporal did to runs without their own doing. */
@Component
final class Reflection {
    private static final String LOST = "Temporal no longer has this run's workflow, which cannot go on without it";

    private final Engine engine;
    private final RunLifecycle lifecycle;

    Reflection(Engine engine, RunLifecycle lifecycle) {
        this.engine = engine;
        this.lifecycle = lifecycle;
    }

    /** Ends the row of a run whose latest execution has ended. */
    void ended(ExecutionView latest, String rowStatus, Findings findings) {
        latest.end().ifPresent(end -> {
            boolean changed = lifecycle.reflectClosed(
                    latest.runId(), latest.executionId(), end.status(), end.reason(), message(latest, end));
            if (changed) {
                findings.add(
                        latest.runId(),
                        rowStatus,
                        end.status().wire(),
                        "made it " + end.status().wire());
            }
        });
    }

    private @Nullable String message(ExecutionView latest, End end) {
        String reason = reason(latest).map(text -> ": " + text).orElse("");
        return switch (end.reason()) {
            case TERMINATED -> "Terminated in Temporal" + reason;
            case TIMEOUT -> "Temporal's own timeout for this workflow has passed";
            case INTERNAL -> "The workflow failed in Temporal" + reason;
            case CANCELLED -> "Cancelled in Temporal";
            case DONE, DOOM_LOOP, TOOL_FAILED, MODEL_FAILED, GUARD_DENIED -> null;
        };
    }

    /** That the run has ended is told also where nobody tells why. */
    private Optional<String> reason(ExecutionView latest) {
        try {
            return engine.closed().reason(latest);
        } catch (EngineRefused | EngineUnavailable silent) {
            return Optional.empty();
        }
    }

    /** Ends the row of a run that Temporal has forgotten. */
    void lost(RunId runId, String executionId, String rowStatus, Findings findings) {
        if (lifecycle.reflectClosed(runId, executionId, RunStatus.FAILED, StopReason.INTERNAL, LOST)) {
            findings.add(runId, rowStatus, null, "made it failed");
        }
    }
}
