package dev.reins.workflows;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where control requests meet the run. What arrived is registered by bookkeeping, whose answer, the row's status, says what
 * the run must do; the gate holds the run until it may go on.
 */
final class Gate {
    private final Inbox inbox;
    private final CancellationScope workflow;
    private final Bookkeeper books;
    private final Progress progress;
    private final TemporalUi ui;
    private boolean cancelReported;

    /** @param workflow the workflow's own scope, which Temporal cancels */
    Gate(Inbox inbox, CancellationScope workflow, Bookkeeper books, Progress progress, TemporalUi ui) {
        this.inbox = inbox;
        this.workflow = workflow;
        this.books = books;
        this.progress = progress;
        this.ui = ui;
    }

    /** Whether something has arrived that no bookkeeping has registered. */
    boolean hasNews() {
        return !inbox.isEmpty() || (workflow.isCancelRequested() && !cancelReported);
    }

    /** Whether the run must not simply go on with its next step. */
    boolean isShut() {
        return hasNews() || progress.status() != RunStatus.RUNNING;
    }

    boolean isCancelling() {
        return workflow.isCancelRequested() || progress.status() == RunStatus.CANCELLING;
    }

    /** Registers what has arrived while a step is under way. */
    void look() {
        cancelReported = workflow.isCancelRequested();
        show(books.controlsWithinStep(inbox.take(), cancelReported));
    }

    /**
     * Registers what has arrived, and holds the run until it may go on or must end.
     *
     * @param onward asked whenever the run is about to be held for longer: how this execution ends to have another one hold
     *     it from there; empty: it holds the run itself
     */
    Passage pass(Supplier<Optional<RunEnd>> onward) {
        return settle(lookAtBoundary(), onward);
    }

    /** As {@link #pass}, from controls that were just read. */
    Passage settle(Controls first, Supplier<Optional<RunEnd>> onward) {
        Controls controls = first;
        boolean wasPaused = false;
        boolean repeatStep = false;
        while (true) {
            show(controls);
            if (cancelReported && !controls.status().isTerminal()) {
                return new Passage.Closed(new RunEnd.Cancelled());
            }
            switch (controls.status()) {
                case QUEUED, RUNNING -> {
                    repeatStep |= controls.repeatStep();
                    if (!hasNews()) {
                        return new Passage.Open(wasPaused, repeatStep);
                    }
                }
                case PAUSING, PAUSED -> {
                    wasPaused = true;
                    Optional<RunEnd> end = onward.get();
                    if (end.isPresent()) {
                        return new Passage.Closed(end.get());
                    }
                    Workflow.await(this::hasNews);
                }
                case CANCELLING, CANCELLED -> {
                    return new Passage.Closed(new RunEnd.Cancelled());
                }
                case COMPLETED -> {
                    // By this execution itself, in a workflow task that its worker did not live to report.
                    return new Passage.Closed(new RunEnd.Completed());
                }
                case FAILED, TERMINATED -> {
                    return new Passage.Closed(
                            new RunEnd.Stale("The run is " + controls.status().wire() + " already"));
                }
            }
            controls = lookAtBoundary();
        }
    }

    /** Sleeps until the time is up or something arrives. */
    void sleep(Duration time, String summary) {
        if (!time.isPositive()) {
            return;
        }
        CompletablePromise<Void> timer = Workflow.newPromise();
        TimerOptions options = TimerOptions.newBuilder().setSummary(summary).build();
        CancellationScope scope =
                Workflow.newCancellationScope(() -> timer.completeFrom(Workflow.newTimer(time, options)));
        scope.run();
        Workflow.await(() -> timer.isCompleted() || hasNews());
        if (!timer.isCompleted()) {
            scope.cancel();
        }
    }

    /** Gives Temporal's own cancellation a while to arrive, where the row told of it first: only then can Temporal show it. */
    void awaitCancellation(Duration most) {
        if (!workflow.isCancelRequested()) {
            Workflow.await(most, workflow::isCancelRequested);
        }
    }

    private Controls lookAtBoundary() {
        cancelReported = workflow.isCancelRequested();
        return books.controlsAtBoundary(inbox.take(), cancelReported);
    }

    private void show(Controls controls) {
        progress.controlled(controls);
        ui.refresh();
    }
}
