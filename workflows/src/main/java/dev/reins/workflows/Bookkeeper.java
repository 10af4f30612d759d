package dev.reins.workflows;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.CallOutline;
import dev.reins.contracts.run.Execution;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.run.RunBookkeeping.Begin;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.run.RunBookkeeping.Incoming;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.contracts.run.RunBookkeeping.StepClaim;
import io.temporal.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The run's bookkeeping, for this execution. Its calls return once the store has answered, however long it is away. */
final class Bookkeeper {
    private final Execution execution;
    private final RunBookkeeping activities;

    Bookkeeper(Execution execution) {
        this.execution = execution;
        this.activities = Workflow.newLocalActivityStub(RunBookkeeping.class, Options.bookkeeping());
    }

    Begun begin(RawText input) {
        return activities.begin(new Begin(execution, input.text(), input.undecodable()));
    }

    List<CallOutline> plan(int fromPlanIndex) {
        return activities.plan(execution, fromPlanIndex);
    }

    Controls controlsWithinStep(List<Signal> signals, boolean cancelRequested) {
        return activities.controls(new Incoming(execution, signals, cancelRequested, false));
    }

    Controls controlsAtBoundary(List<Signal> signals, boolean cancelRequested) {
        return activities.controls(new Incoming(execution, signals, cancelRequested, true));
    }

    Controls pauseFor(int stepNumber, PauseReason reason, String message) {
        return activities.pauseFor(execution, stepNumber, reason, message);
    }

    StepClaim claimed(int stepNumber) {
        return activities.claimed(execution, stepNumber);
    }

    void finish(RunStatus status, StopReason reason, @Nullable String errorCode, @Nullable String errorMessage) {
        activities.finish(new Finish(execution, status, reason, errorCode, errorMessage));
    }
}
