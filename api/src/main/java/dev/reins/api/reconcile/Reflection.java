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
import dev.reins.store.run.RunLifecycle.Live;
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
    void ended(ExecutionView latest, Live row, Findings findings) {
        ExecutionView own = own(latest, row.executionId());
        own.end().ifPresent(end -> {
            boolean changed = lifecycle.reflectClosed(
                    own.runId(), own.executionId(), end.status(), end.reason(), message(own, end));
            if (changed) {
                findings.add(
                        own.runId(),
                        row.status().wire(),
                        end.status().wire(),
                        "made it " + end.status().wire());
            }
        });
    }

    /** Whoever uses an id again before the run's end was seen here starts a workflow that is refused, and none of the run's. */
    private ExecutionView own(ExecutionView latest, @Nullable String inCharge) {
        if (inCharge == null || inCharge.equals(latest.executionId())) {
            return latest;
        }
        return engine.describe(latest.runId(), inCharge)
                .filter(own -> !own.chain().equals(latest.chain()))
                .orElse(latest);
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
