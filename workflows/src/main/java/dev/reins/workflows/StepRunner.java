package dev.reins.workflows;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.run.CallOutline;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Executes the activity of one step, a local one in the express lane, and passes on what arrives meanwhile. */
final class StepRunner {
    /** A model may ask for a tool of any name; Temporal fails a workflow's task where an activity type is longer than 1,000. */
    private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private static final String UNKNOWN_TOOL = "unknown.tool";

    private final Gate gate;
    private final Progress progress;
    private final Lanes lanes = new Lanes();
    private final @Nullable Long modelTimeoutMs;

    StepRunner(Gate gate, Progress progress, @Nullable Long modelTimeoutMs) {
        this.gate = gate;
        this.progress = progress;
        this.modelTimeoutMs = modelTimeoutMs;
    }

    Outcome perform(Next.Perform step) {
        Optional<Duration> express = lanes.express(step, progress.remaining(), now());
        CompletablePromise<StepCompleted> result = Workflow.newPromise();
        CancellationScope scope = Workflow.newCancellationScope(() -> result.completeFrom(start(step, express)));
        scope.run();
        Workflow.await(() -> result.isCompleted() || gate.hasNews());
        while (!result.isCompleted()) {
            gate.look();
            if (!mayGoOn()) {
                scope.cancel();
            }
            Workflow.await(() -> result.isCompleted() || gate.hasNews());
        }
        return express.isPresent() ? expressOutcome(step, result) : outcome(result);
    }

    private static Lanes.Moment now() {
        return new Lanes.Moment(Workflow.getInfo().getHistoryLength(), Workflow.currentTimeMillis());
    }

    private boolean mayGoOn() {
        RunStatus status = progress.status();
        return !gate.isCancelling() && !status.isTerminal();
    }

    private Promise<StepCompleted> start(Next.Perform step, Optional<Duration> express) {
        String type = activityType(step);
        ActivityStub stub = express.map(
                        time -> Workflow.newUntypedLocalActivityStub(Options.expressStep(time, summary(step))))
                .orElseGet(() -> Workflow.newUntypedActivityStub(options(step)));
        return stub.executeAsync(type, StepCompleted.class, step.request());
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

    private static Outcome outcome(CompletablePromise<StepCompleted> result) {
        try {
            return new Outcome.Done(result.get());
        } catch (ActivityFailure e) {
            return Outcome.of(e);
        }
    }

    private Outcome expressOutcome(Next.Perform step, CompletablePromise<StepCompleted> result) {
        Outcome outcome = express(result);
        if (outcome instanceof Outcome.GivenUp) {
            lanes.gaveUp(step);
        } else {
            lanes.kept(step);
        }
        return outcome;
    }

    private static Outcome express(CompletablePromise<StepCompleted> result) {
        try {
            return new Outcome.Done(result.get());
        } catch (ActivityFailure e) {
            return Outcome.ofExpress(e);
        }
    }
}
