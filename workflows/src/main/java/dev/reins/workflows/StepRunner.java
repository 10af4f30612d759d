package dev.reins.workflows;

import dev.reins.contracts.RunStatus;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Executes the activity of one step, and passes on what arrives meanwhile. */
final class StepRunner {
    /** A model may ask for a tool of any name; Temporal fails a workflow's task where an activity type is longer than 1,000. */
    private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private static final String UNKNOWN_TOOL = "unknown.tool";

    private final Gate gate;
    private final Progress progress;
    private final @Nullable Long modelTimeoutMs;

    StepRunner(Gate gate, Progress progress, @Nullable Long modelTimeoutMs) {
        this.gate = gate;
        this.progress = progress;
        this.modelTimeoutMs = modelTimeoutMs;
    }

    Outcome perform(Next.Perform step) {
        CompletablePromise<StepCompleted> result = Workflow.newPromise();
        CancellationScope scope = Workflow.newCancellationScope(() -> result.completeFrom(start(step)));
        scope.run();
        Workflow.await(() -> result.isCompleted() || gate.hasNews());
        while (!result.isCompleted()) {
            gate.look();
            if (!mayGoOn()) {
                scope.cancel();
            }
            Workflow.await(() -> result.isCompleted() || gate.hasNews());
        }
        return outcome(result);
    }

    private boolean mayGoOn() {
        RunStatus status = progress.status();
        return !gate.isCancelling() && !status.isTerminal();
    }

    private Promise<StepCompleted> start(Next.Perform step) {
        String type = activityType(step);
        ActivityStub stub = Workflow.newUntypedActivityStub(options(step));
        return stub.executeAsync(type, StepCompleted.class, step.request());
    }

    private ActivityOptions options(Next.Perform step) {
        String summary = "step " + step.number();
        CallOutline call = step.call();
        return call == null
                ? Options.modelTurn(Objects.requireNonNull(modelTimeoutMs), progress.remaining(), summary)
                : Options.toolStep(call.timeoutMs(), progress.remaining(), summary);
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
}
