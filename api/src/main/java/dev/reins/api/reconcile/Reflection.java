package dev.reins.api.reconcile;

import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineUnavailable;
import dev.reins.api.engine.ExecutionView;
import dev.reins.api.engine.ExecutionView.End;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.store.reconcile.ReconcilerLog;
import dev.reins.store.reconcile.ReconcilerLog.Finding;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunLifecycle.Live;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Writes into our rows what Temporal did to runs without their own doing. */
@Component
final class Reflection {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final String LOST = "Temporal no longer has this run's workflow, which cannot go on without it";

    private final Engine engine;
    private final RunLifecycle lifecycle;
    private final ReconcilerLog log;
    private final TransactionOperations transaction;
    private final Fixes fixes;

    Reflection(
            Engine engine, RunLifecycle lifecycle, ReconcilerLog log, TransactionOperations transaction, Fixes fixes) {
        this.engine = engine;
        this.lifecycle = lifecycle;
        this.log = log;
        this.transaction = transaction;
        this.fixes = fixes;
    }

    /** Ends the row of a run whose latest execution has ended. */
    void ended(ExecutionView latest, Live row) {
        ExecutionView own = own(latest, row.executionId());
        own.end().ifPresent(end -> {
            String message = message(own, end);
            Finding finding =
                    finding(row.runId(), row.status().wire(), end.status().wire(), end.status());
            reflect(
                    finding,
                    () -> lifecycle.reflectClosed(own.runId(), own.executionId(), end.status(), end.reason(), message));
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
    void lost(RunId runId, String executionId, String rowStatus) {
        reflect(
                finding(runId, rowStatus, null, RunStatus.FAILED),
                () -> lifecycle.reflectClosed(runId, executionId, RunStatus.FAILED, StopReason.INTERNAL, LOST));
    }

    private static Finding finding(RunId runId, String row, @Nullable String workflow, RunStatus made) {
        return new Finding(runId.value(), row, workflow, "made it " + made.wire(), Instant.now());
    }

    /** A row that is ended is never found apart again, so what was found is written down with its end. */
    private void reflect(Finding finding, BooleanSupplier end) {
        boolean changed = Boolean.TRUE.equals(transaction.execute(both -> {
            log.found(finding);
            boolean ended = end.getAsBoolean();
            if (!ended) {
                both.setRollbackOnly();
            }
            return ended;
        }));
        if (changed) {
            String workflow = finding.workflow() == null ? "unknown" : finding.workflow();
            LOG.info(
                    "{} is {} here and {} in Temporal: {}", finding.runId(), finding.row(), workflow, finding.action());
            fixes.ended();
        }
    }
}
