package dev.reins.workflows;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.run.RunBookkeeping.Begin;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.run.RunBookkeeping.Incoming;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.contracts.run.RunBookkeeping.StepClaim;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The run's bookkeeping, for this execution. Its calls return once the store has answered, however long it is away; they
 * throw if it does not know the run, and {@link #begin} if a defect keeps the run from beginning.
 */
final class Bookkeeper {
    /** With the pauses between them they last about a minute. */
    private static final int TRIES_AT_A_DEFECT = 8;

    private final Execution execution;
    private final TaskClock clock;
    private final RunBookkeeping activities;

    /** @param clock is told of each call: it is a local activity of the workflow's task */
    Bookkeeper(Execution execution, TaskClock clock) {
        this.execution = execution;
        this.clock = clock;
        this.activities = Workflow.newLocalActivityStub(RunBookkeeping.class, Options.bookkeeping());
    }

    Begun begin(RawText input) {
        Begin begin = new Begin(execution, input.text(), input.undecodable());
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
        for (int tries = 1; tries < triesAtADefect(); tries++) {
            try {
                return timed(() -> activities.begin(begin));
            } catch (ActivityFailure failure) {
                if (!isDefect(failure)) {
                    throw failure;
                }
                Workflow.sleep(backoff.next());
            }
        }
        return timed(() -> activities.begin(begin));
    }

    private <T> T timed(Supplier<T> call) {
        clock.begins(TaskClock.Moment.now());
        T result = call.get();
        clock.ended(TaskClock.Moment.now());
        return result;
    }

    /** What a run has done already, a repair may still save. */
    private int triesAtADefect() {
        boolean hasBegun = execution.reset() || execution.continuedFrom() != null;
        return hasBegun ? Integer.MAX_VALUE : TRIES_AT_A_DEFECT;
    }

    /** What is said of a run that the store does not know; empty if that is not what was thrown. */
    static Optional<String> gone(Throwable thrown) {
        return ofType(RunBookkeeping.GONE, thrown).map(ApplicationFailure::getOriginalMessage);
    }

    /** Whether this says that a defect keeps the run from beginning. */
    static boolean isDefect(Throwable thrown) {
        return ofType(RunBookkeeping.DEFECT, thrown).isPresent();
    }

    private static Optional<ApplicationFailure> ofType(String type, Throwable thrown) {
        return thrown instanceof ActivityFailure
                        && thrown.getCause() instanceof ApplicationFailure failure
                        && type.equals(failure.getType())
                ? Optional.of(failure)
                : Optional.empty();
    }

    List<CallOutline> plan(int fromPlanIndex) {
        return timed(() -> activities.plan(execution, fromPlanIndex));
    }

    int admit(Next.SideBySide steps) {
        return timed(() -> activities.admit(steps.requests()));
    }

    Controls controlsWithinStep(List<Signal> signals, boolean cancelRequested) {
        return timed(() -> activities.controls(new Incoming(execution, signals, cancelRequested, false)));
    }

    Controls controlsAtBoundary(List<Signal> signals, boolean cancelRequested) {
        return timed(() -> activities.controls(new Incoming(execution, signals, cancelRequested, true)));
    }

    Controls pauseFor(int stepNumber, PauseReason reason, String message) {
        return timed(() -> activities.pauseFor(execution, stepNumber, reason, message));
    }

    StepClaim claimed(int stepNumber) {
        return timed(() -> activities.claimed(execution, stepNumber));
    }

    void finish(RunStatus status, StopReason reason, @Nullable String errorCode, @Nullable String errorMessage) {
        activities.finish(new Finish(execution, status, reason, errorCode, errorMessage));
    }
}
