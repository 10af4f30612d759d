package dev.reins.activities.run;

import dev.reins.activities.step.Machine;
import dev.reins.activities.step.Outage;
import dev.reins.activities.step.Outlines;
import dev.reins.activities.step.RunContents;
import dev.reins.activities.step.StepRunner;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunId;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.Missing;
import dev.reins.store.control.RunControls;
import dev.reins.store.journal.Journal.PlannedStep;
import dev.reins.store.run.RunLifecycle;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The run's bookkeeping: each call is a short transaction of the store. */
public final class BookkeepingActivities implements RunBookkeeping {
    private final Beginnings beginnings;
    private final RunLifecycle lifecycle;
    private final RunControls controls;
    private final RunContents runs;
    private final Outlines outlines;
    private final StepRunner steps;

    public BookkeepingActivities(
            Beginnings beginnings,
            RunLifecycle lifecycle,
            RunControls controls,
            RunContents runs,
            Outlines outlines,
            StepRunner steps) {
        this.beginnings = beginnings;
        this.lifecycle = lifecycle;
        this.controls = controls;
        this.runs = runs;
        this.outlines = outlines;
        this.steps = steps;
    }

    @Override
    public Begun begin(Begin begin) {
        return contained(() -> begun(begin));
    }

    private Begun begun(Begin begin) {
        try {
            return beginnings.begin(begin);
        } catch (Missing e) {
            throw gone(e);
        } catch (RuntimeException | Error e) {
            if (isDefect(e)) {
                throw failure(DEFECT, "The first bookkeeping of the run does not come off", e);
            }
            throw e;
        }
    }

    /** Else it is trouble of the store or of the worker: it passes, or ends the worker. */
    private static boolean isDefect(Throwable e) {
        return e instanceof RuntimeException exception ? !Outage.isPassing(exception) : !Machine.isInTrouble(e);
    }

    @Override
    public List<CallOutline> plan(Execution execution, int fromPlanIndex) {
        return ofKnownRun(() -> outlines(execution, fromPlanIndex));
    }

    private List<CallOutline> outlines(Execution execution, int fromPlanIndex) {
        var limits = runs.snapshot(execution.runId()).limits();
        return page(execution.runId(), fromPlanIndex).stream()
                .map(step -> outlines.of(limits, step.tool(), step.params(), step.parallel(), step.onError()))
                .toList();
    }

    /** As far as a row of steps that run side by side goes on behind it: they do so together. */
    private List<PlannedStep> page(RunId runId, int from) {
        List<PlannedStep> page = new ArrayList<>(runs.plan(runId, from));
        int most = page.size() + WIDEST - 1;
        while (page.size() < most && isWithinRow(page)) {
            List<PlannedStep> next = runs.plan(runId, from + page.size());
            if (next.isEmpty() || !next.getFirst().parallel()) {
                break;
            }
            page.add(next.getFirst());
        }
        return page;
    }

    private static boolean isWithinRow(List<PlannedStep> page) {
        return !page.isEmpty() && page.getLast().parallel();
    }

    @Override
    public int admit(List<StepRequest> requests) {
        return ofKnownRun(() -> steps.admit(requests));
    }

    @Override
    public Controls controls(Incoming incoming) {
        return ofKnownRun(() -> controls.receive(incoming));
    }

    @Override
    public Controls pauseFor(Execution execution, int stepNumber, PauseReason reason, String message) {
        return ofKnownRun(() -> lifecycle.pauseFor(execution, stepNumber, reason, message));
    }

    @Override
    public StepClaim claimed(Execution execution, int stepNumber) {
        return ofKnownRun(() -> lifecycle.claimed(execution, stepNumber));
    }

    @Override
    public void finish(Finish finish) {
        ofKnownRun(() -> lifecycle.finish(finish));
    }

    /** A run that the database does not know, as after it was restored to an earlier point, ends instead of asking for ever. */
    private static <T> T ofKnownRun(Supplier<T> call) {
        return contained(() -> {
            try {
                return call.get();
            } catch (Missing e) {
                throw gone(e);
            }
        });
    }

    /** An error that leaves a local activity would fail the workflow's task, again and again. */
    private static <T> T contained(Supplier<T> call) {
        try {
            return call.get();
        } catch (Error e) {
            throw new IllegalStateException(e);
        }
    }

    private static ApplicationFailure gone(Missing e) {
        return failure(GONE, e.getMessage() + ": the database does not know it, or no more", e);
    }

    private static ApplicationFailure failure(String type, String message, Throwable cause) {
        return ApplicationFailure.newBuilder()
                .setType(type)
                .setMessage(message)
                .setNonRetryable(true)
                .setCause(cause)
                .build();
    }
}
