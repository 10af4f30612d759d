package dev.reins.workflows;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.Continuation;
import dev.reins.contracts.run.Continuation.Position;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.StepClaim;
import dev.reins.contracts.step.Execution;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Drives a run from step to step until its execution ends: asks its course what is next, has it done, and reacts. */
final class RunLoop {
    /** Schedule-to-close and the run's clock are read on different machines; less than this left is none left. */
    private static final Duration NONE_LEFT = Duration.ofSeconds(1);

    /** The change to steps that run side by side, as histories name it. */
    private static final String SIDE_BY_SIDE = "side-by-side";

    /** The change to runs that continue as new while they are held, as histories name it. */
    private static final String WHILE_HELD = "while-held";

    /** The change to runs that leave every failed call of the express lane its delay, as histories name it. */
    private static final String EVERY_DELAY = "every-delay";

    /** The change to runs without a timeout that go on where an activity's time is up for good, as histories name it. */
    private static final String NEVER_OVER = "never-over";

    private final Begun begun;
    private final Bookkeeper books;
    private final Gate gate;
    private final Progress progress;
    private final TemporalUi ui;
    private final StepRunner steps;
    private final ContinueAsNewAt continueAsNewAt;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private Course course;

    RunLoop(
            Execution execution,
            Begun begun,
            Bookkeeper books,
            Gate gate,
            Progress progress,
            TemporalUi ui,
            TaskClock clock,
            ContinueAsNewAt continueAsNewAt) {
        this.begun = begun;
        this.books = books;
        this.gate = gate;
        this.progress = progress;
        this.ui = ui;
        this.continueAsNewAt = continueAsNewAt;
        this.steps = new StepRunner(gate, progress, clock, begun.modelTimeoutMs());
        this.course = Course.of(execution, begun);
    }

    RunEnd run() {
        while (true) {
            boolean wasShut = gate.isShut();
            if (wasShut && pass() instanceof Passage.Closed closed) {
                return closed.end();
            }
            Optional<RunEnd> onward = onward(wasShut);
            Optional<RunEnd> end = onward.isPresent() ? onward : take(course.next());
            if (end.isPresent()) {
                return end.get();
            }
        }
    }

    private Passage pass() {
        return gate.pass(this::onwardWhileHeld);
    }

    /**
     * How a run with a long history goes on between its steps. Within a turn only signals make it long, so that is looked at
     * where one has come, perhaps while a step waits.
     */
    private Optional<RunEnd> onward(boolean wasShut) {
        Optional<Position> handover = course.handover();
        if (handover.isPresent()) {
            return continueAsNewAt.isReached() ? Optional.of(continuedAsNew(handover.get())) : Optional.empty();
        }
        return wasShut ? onwardWhileHeld() : Optional.empty();
    }

    /** What has arrived is looked at last: asking for a version may let it arrive. */
    private Optional<RunEnd> onwardWhileHeld() {
        return continueAsNewAt.isReached() && mayContinueWhileHeld() && !gate.hasNews()
                ? Optional.of(continuedAsNew(course.turnedBack()))
                : Optional.empty();
    }

    /** An execution that was held with a long history before stays as it is until it continues as new between its steps. */
    private static boolean mayContinueWhileHeld() {
        return Workflow.getVersion(WHILE_HELD, Workflow.DEFAULT_VERSION, 1) != Workflow.DEFAULT_VERSION;
    }

    private RunEnd continuedAsNew(Position position) {
        return new RunEnd.ContinuedAsNew(Continuation.at(position, progress.stepCount()));
    }

    private Optional<RunEnd> take(Next next) {
        return switch (next) {
            case Next.ReadPlan read -> readPlan(read.fromPlanIndex());
            case Next.Perform step -> perform(List.of(step));
            case Next.SideBySide together -> perform(admitted(together));
            case Next.Complete ignored -> Optional.of(new RunEnd.Completed());
        };
    }

    private Optional<RunEnd> readPlan(int from) {
        if (course instanceof Course.Planned planned) {
            course = planned.withPage(books.plan(from));
        }
        return Optional.empty();
    }

    /** Those of them that may run side by side; where that is none, the first by itself, to learn why. */
    private List<Next.Perform> admitted(Next.SideBySide together) {
        // A run that was begun before does one after the other until it continues as new.
        boolean oneByOne = Workflow.getVersion(SIDE_BY_SIDE, Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION;
        int admitted = oneByOne ? 0 : books.admit(together);
        return together.steps().subList(0, Math.max(1, admitted));
    }

    private Optional<RunEnd> perform(List<Next.Perform> asked) {
        progress.asking(asked);
        ui.refresh();
        List<Outcome> outcomes = steps.perform(asked);
        if (gate.isCancelling() && pass() instanceof Passage.Closed closed) {
            return Optional.of(closed.end());
        }
        return react(asked, outcomes);
    }

    /** In the order of the steps, up to one that is to be asked for again: all from there on are, and records are repeated. */
    private Optional<RunEnd> react(List<Next.Perform> asked, List<Outcome> outcomes) {
        for (int i = 0; i < asked.size(); i++) {
            Course before = course;
            long askAgainAt = Workflow.currentTimeMillis() + longestDelay(outcomes.subList(i, asked.size()));
            Optional<RunEnd> end = react(asked.get(i), Reaction.to(asked.get(i), outcomes.get(i)));
            if (end.isPresent()) {
                return end;
            }
            if (course == before) {
                return outwait(askAgainAt);
            }
        }
        return Optional.empty();
    }

    private long longestDelay(List<Outcome> outcomes) {
        return outcomes.stream()
                .mapToLong(outcome -> outcome instanceof Outcome.GivenUp given
                        ? delay(given.delay()).toMillis()
                        : 0)
                .max()
                .orElse(0);
    }

    /**
     * A run whose active time is over before is not to wait for longer to learn that. A delay never becomes none: where
     * histories have a timer, there is one.
     */
    private Duration delay(Duration asked) {
        Duration remaining = progress.remaining();
        if (remaining == null || !asked.isPositive() || asked.compareTo(remaining) <= 0) {
            return asked;
        }
        return remaining.isPositive() ? remaining : Duration.ofMillis(1);
    }

    /**
     * What of the delays is left where another step was reacted to, or where something arrived. Where so much arrives that
     * the run goes on in another execution, that one asks at once.
     */
    private Optional<RunEnd> outwait(long askAgainAt) {
        while (until(askAgainAt).isPositive() && mayOutwait()) {
            Optional<RunEnd> end = gate.isShut() ? holdOrGoOn() : Optional.empty();
            if (end.isPresent()) {
                return end;
            }
            gate.sleep(until(askAgainAt), "what failed is asked for again");
        }
        return Optional.empty();
    }

    private Optional<RunEnd> holdOrGoOn() {
        return pass() instanceof Passage.Closed closed ? Optional.of(closed.end()) : onwardWhileHeld();
    }

    private static Duration until(long epochMs) {
        return Duration.ofMillis(epochMs - Workflow.currentTimeMillis());
    }

    /** An execution that did not before does not until it continues as new. */
    private static boolean mayOutwait() {
        return Workflow.getVersion(EVERY_DELAY, Workflow.DEFAULT_VERSION, 1) != Workflow.DEFAULT_VERSION;
    }

    private Optional<RunEnd> react(Next.Perform step, Reaction reaction) {
        return switch (reaction) {
            case Reaction.Advance advance -> goOn(course.completed(advance.result()));
            case Reaction.Pass ignored -> goOn(course.passed());
            case Reaction.WaitUntil wait -> waitUntil(step, wait.epochMs());
            case Reaction.AskInActivityLane later -> {
                gate.sleep(delay(later.delay()), "step " + step.number() + " is asked for in the activity lane");
                yield Optional.empty();
            }
            case Reaction.LookAndAskAgain ignored -> lookAndAskAgain(step);
            case Reaction.PauseFor pause -> pauseFor(step, pause.message());
            case Reaction.CheckClaim ignored -> checkClaim(step);
            case Reaction.End end -> Optional.of(end.end());
        };
    }

    private Optional<RunEnd> goOn(Course onward) {
        progress.leaveStep();
        backoff.reset();
        course = onward;
        return Optional.empty();
    }

    private Optional<RunEnd> waitUntil(Next.Perform step, long epochMs) {
        ui.refresh();
        Duration left = until(epochMs);
        gate.sleep(left.isPositive() ? left : backoff.next(), "step " + step.number() + progress.waiting());
        return Optional.empty();
    }

    /** The row may have changed since the verdict was given, so it is looked at before anything is awaited. */
    private Optional<RunEnd> lookAndAskAgain(Next.Perform step) {
        return switch (pass()) {
            case Passage.Closed closed -> Optional.of(closed.end());
            case Passage.Open open -> askAgain(step, open.wasPaused());
        };
    }

    private Optional<RunEnd> askAgain(Next.Perform step, boolean wasPaused) {
        if (wasPaused) {
            backoff.reset();
        } else {
            gate.sleep(backoff.next(), "step " + step.number() + " is asked for again");
        }
        return Optional.empty();
    }

    private Optional<RunEnd> pauseFor(Next.Perform step, String message) {
        Controls paused = books.pauseFor(step.number(), PauseReason.STEP_FAILED, message);
        return switch (gate.settle(paused, this::onwardWhileHeld)) {
            case Passage.Closed closed -> Optional.of(closed.end());
            case Passage.Open open -> open.repeatStep() ? Optional.empty() : goOn(course.passed());
        };
    }

    /** Whatever Temporal takes for the end of an activity's time: a run that has no timeout, or time left, is not over for it. */
    private Optional<RunEnd> checkClaim(Next.Perform step) {
        StepClaim claim = books.claimed(step.number());
        progress.isActiveFor(claim.activeMs());
        return claim.claimed() && isOver(progress.remaining()) ? Optional.of(timedOut()) : Optional.empty();
    }

    /** An execution that has ended its run so before, and is not done with that, does. */
    private static boolean isOver(@Nullable Duration remaining) {
        return remaining == null
                ? Workflow.getVersion(NEVER_OVER, Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION
                : remaining.compareTo(NONE_LEFT) <= 0;
    }

    private RunEnd timedOut() {
        Long timeoutMs = begun.timeoutMs();
        String figure = timeoutMs == null ? "" : " after " + timeoutMs / 1000 + "s of active time";
        return new RunEnd.Failed(StopReason.TIMEOUT, "Run timed out" + figure);
    }
}
