package dev.reins.workflows;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Executes the activities of steps, local ones in the express lane, and passes on what arrives meanwhile. */
final class StepRunner {
    /** A model may ask for a tool of any name; Temporal fails a workflow's task where an activity type is longer than 1,000. */
    private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private static final String UNKNOWN_TOOL = "unknown.tool";

    /** The changes to what counts as time of its task, as histories name them: bookkeeping does, and a step's end. */
    private static final String WHOLE_TASKS = "whole-tasks";

    private static final int BOOKKEEPING_COUNTS = 1;
    private static final int ENDS_COUNT = 2;

    /** @param express whether it was made in the express lane */
    private record Attempt(Next.Perform step, boolean express, Promise<Outcome> outcome) {
        boolean isGivenUp() {
            return outcome.get() instanceof Outcome.GivenUp;
        }
    }

    private final Gate gate;
    private final Progress progress;
    private final TaskClock clock;
    private final @Nullable Long modelTimeoutMs;
    private @Nullable Lanes lanes;
    private boolean endsCount;

    StepRunner(Gate gate, Progress progress, TaskClock clock, @Nullable Long modelTimeoutMs) {
        this.gate = gate;
        this.progress = progress;
        this.clock = clock;
        this.modelTimeoutMs = modelTimeoutMs;
    }

    /**
     * Has the steps performed side by side and returns once all of them have ended.
     *
     * @return their outcomes, in the order of the steps
     */
    List<Outcome> perform(List<Next.Perform> steps) {
        List<Attempt> attempts = new ArrayList<>();
        CancellationScope scope = Workflow.newCancellationScope(() -> steps.forEach(step -> attempts.add(start(step))));
        scope.run();
        Promise<Void> all =
                Promise.allOf(attempts.stream().map(Attempt::outcome).toList());
        Workflow.await(() -> all.isCompleted() || gate.hasNews());
        while (!all.isCompleted()) {
            gate.look();
            if (!mayGoOn()) {
                scope.cancel();
            }
            Workflow.await(() -> all.isCompleted() || gate.hasNews());
        }
        judgeLanes(attempts);
        return attempts.stream().map(attempt -> attempt.outcome().get()).toList();
    }

    private boolean mayGoOn() {
        RunStatus status = progress.status();
        return !gate.isCancelling() && !status.isTerminal();
    }

    private Attempt start(Next.Perform step) {
        Optional<Duration> express = express(step);
        ActivityStub stub = express.map(
                        time -> Workflow.newUntypedLocalActivityStub(Options.expressStep(time, summary(step))))
                .orElseGet(() -> Workflow.newUntypedActivityStub(options(step)));
        boolean isExpress = express.isPresent();
        Promise<Outcome> outcome = stub.executeAsync(activityType(step), StepCompleted.class, step.request())
                .handle((result, failure) -> outcome(step, isExpress, result, failure));
        return new Attempt(step, isExpress, outcome);
    }

    /** A run that never asks for the express lane has no trace of it in its history. */
    private Optional<Duration> express(Next.Perform step) {
        boolean asks = step.call() != null && step.call().express();
        return asks ? lanes().express(step, progress.remaining(), TaskClock.Moment.now()) : Optional.empty();
    }

    private Lanes lanes() {
        if (lanes == null) {
            int version = Workflow.getVersion(WHOLE_TASKS, Workflow.DEFAULT_VERSION, ENDS_COUNT);
            // An execution that was begun before has a clock of its own here, which bookkeeping tells nothing.
            lanes = new Lanes(version < BOOKKEEPING_COUNTS ? new TaskClock() : clock);
            endsCount = version >= ENDS_COUNT;
        }
        return lanes;
    }

    private Outcome outcome(
            Next.Perform step, boolean express, @Nullable StepCompleted result, @Nullable RuntimeException failure) {
        if (express && endsCount) {
            clock.ended(TaskClock.Moment.now());
        }
        Outcome outcome = outcome(express, result, failure);
        progress.came(step, outcome);
        return outcome;
    }

    private static Outcome outcome(
            boolean express, @Nullable StepCompleted result, @Nullable RuntimeException failure) {
        if (failure == null) {
            return new Outcome.Done(Objects.requireNonNull(result));
        }
        if (failure instanceof ActivityFailure ended) {
            return express ? Outcome.ofExpress(ended) : Outcome.of(ended);
        }
        throw failure;
    }

    private ActivityOptions options(Next.Perform step) {
        CallOutline call = step.call();
        return call == null
                ? Options.modelTurn(Objects.requireNonNull(modelTimeoutMs), progress.remaining(), summary(step))
                : Options.toolStep(call.timeoutMs(), progress.remaining(), summary(step));
    }

    private static String summary(Next.Perform step) {
        return "step " + step.number();
    }

    static String activityType(Next.Perform step) {
        CallOutline call = step.call();
        if (call == null) {
            return StepRequest.MODEL_TURN;
        }
        String tool = call.tool();
        boolean nameable = TOOL_NAME.matcher(tool).matches() && !tool.equals(StepRequest.MODEL_TURN);
        return nameable ? tool : UNKNOWN_TOOL;
    }

    /** The ones that were given up last: a tool that kept its time beside them has no say in whether they are tried again. */
    private void judgeLanes(List<Attempt> attempts) {
        List<Attempt> express = attempts.stream().filter(Attempt::express).toList();
        express.stream().filter(attempt -> !attempt.isGivenUp()).forEach(attempt -> lanes().kept(attempt.step()));
        express.stream().filter(Attempt::isGivenUp).forEach(attempt -> lanes().gaveUp(attempt.step()));
    }
}
