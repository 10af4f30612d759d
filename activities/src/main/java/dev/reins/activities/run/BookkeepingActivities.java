package dev.reins.activities.run;

import dev.reins.activities.step.Outlines;
import dev.reins.activities.step.RunContents;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.run.CallOutline;
import dev.reins.contracts.run.Execution;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.store.control.RunControls;
import dev.reins.store.journal.Journal;
import dev.reins.store.run.RunLifecycle;
import java.util.List;

/** The run's bookkeeping: each call is a short transaction of the store. */
public final class BookkeepingActivities implements RunBookkeeping {
    private final Beginnings beginnings;
    private final RunLifecycle lifecycle;
    private final RunControls controls;
    private final Journal journal;
    private final RunContents runs;
    private final Outlines outlines;

    public BookkeepingActivities(
            Beginnings beginnings,
            RunLifecycle lifecycle,
            RunControls controls,
            Journal journal,
            RunContents runs,
            Outlines outlines) {
        this.beginnings = beginnings;
        this.lifecycle = lifecycle;
        this.controls = controls;
        this.journal = journal;
        this.runs = runs;
        this.outlines = outlines;
    }

    @Override
    public Begun begin(Begin begin) {
        return beginnings.begin(begin);
    }

    @Override
    public List<CallOutline> plan(Execution execution, int fromPlanIndex) {
        var limits = runs.snapshot(execution.runId()).limits();
        return journal.plan(execution.runId(), fromPlanIndex, RunContents.PAGE).stream()
                .map(step -> outlines.of(limits, step.tool(), step.params(), step.parallel(), step.onError()))
                .toList();
    }

    @Override
    public Controls controls(Incoming incoming) {
        return controls.receive(incoming);
    }

    @Override
    public Controls pauseFor(Execution execution, int stepNumber, PauseReason reason, String message) {
        return lifecycle.pauseFor(execution, stepNumber, reason, message);
    }

    @Override
    public StepClaim claimed(Execution execution, int stepNumber) {
        return lifecycle.claimed(execution, stepNumber);
    }

    @Override
    public void finish(Finish finish) {
        lifecycle.finish(finish);
    }
}
