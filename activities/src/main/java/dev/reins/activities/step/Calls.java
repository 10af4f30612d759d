package dev.reins.activities.step;

import dev.reins.activities.model.ModelReply;
import dev.reins.activities.model.Models;
import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.ErrorClass;
import dev.reins.activities.tool.ToolCall;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.admission.Admissions;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.function.Supplier;

/** Makes the call of a claimed step, and decides whether a failed one is made again. */
final class Calls {
    private static final int MAX_FAILED = 3;

    private final Admissions admissions;
    private final Models models;
    private final Performer performer;

    Calls(Admissions admissions, Models models, Performer performer) {
        this.admissions = admissions;
        this.models = models;
        this.performer = performer;
    }

    /** @throws ApplicationFailure if the engine is to make the call again */
    Ending make(Claim claim) {
        return switch (claim.step()) {
            case Step.ToolStep step -> make(claim, step);
            case Step.ModelStep step -> make(claim, step);
            case Step.FaultyStep step -> Ending.not(StepStatus.FAILED, step.fault());
        };
    }

    private Ending make(Claim claim, Step.ToolStep step) {
        String name = step.tool().spec().name();
        boolean harmless = step.traits().isHarmlessToRepeat();
        var performed = performer.perform(
                claim,
                name,
                harmless,
                cancellation -> Ending.completed(
                        step.tool().call(new ToolCall(claim.stepKey(), step.input(), claim.stopAt(), cancellation))));
        return ending(claim, name, harmless, performed);
    }

    private Ending make(Claim claim, Step.ModelStep step) {
        var performed = performer.perform(
                claim,
                StepRequest.MODEL_TURN,
                true,
                cancellation -> completed(
                        step, models.complete(step.provider(), step.call().with(cancellation))));
        return ending(claim, StepRequest.MODEL_TURN, true, performed);
    }

    private Ending completed(Step.ModelStep step, ModelReply given) throws CallFailed {
        ModelReply reply = Replies.bounded(given);
        return Ending.completed(reply, models.cost(step.provider(), step.call().model(), reply));
    }

    private Ending ending(Claim claim, String operation, boolean harmless, Performed performed) {
        return switch (performed) {
            case Performed.Succeeded done -> done.ending();
            case Performed.Failed failed -> failed(claim, harmless, failed.failure());
            case Performed.TimedOut late -> timedOut(claim, operation, harmless);
            case Performed.Cancelled cancelled ->
                Ending.not(StepStatus.CANCELLED, "The run was cancelled while " + operation + " was under way");
            case Performed.Unknown unknown ->
                Ending.not(StepStatus.UNKNOWN, unknown.outcome().getMessage());
            case Performed.NotMade not -> {
                giveBack(claim);
                throw StepFailures.again(operation + " was not called: " + not.why(), not.delay());
            }
            case Performed.GivenUp ignored ->
                throw StepFailures.again(operation + " takes longer than this attempt may", Duration.ZERO);
            case Performed.Lost lost -> throw Activity.wrap(lost.cause());
        };
    }

    private Ending failed(Claim claim, boolean harmless, CallFailed failure) {
        if (!harmless || !failure.errorClass().isRetryable()) {
            return Ending.not(StepStatus.FAILED, failure.getMessage());
        }
        unlessLast(claim, failure);
        return Ending.not(StepStatus.FAILED, failure.getMessage() + "; gave up after " + MAX_FAILED + " calls");
    }

    private Ending timedOut(Claim claim, String operation, boolean harmless) {
        String message = "Operation " + operation + " timed out after "
                + claim.attempt().timeout().toMillis() + "ms";
        if (harmless) {
            unlessLast(claim, new CallFailed(ErrorClass.TIMEOUT, message));
        }
        return Ending.not(StepStatus.TIMED_OUT, message);
    }

    /** Gives the step back to be called again; returns if this was the last call allowed. */
    private void unlessLast(Claim claim, CallFailed failure) {
        int failedCalls = claim.failedCalls() + 1;
        if (failedCalls < MAX_FAILED) {
            StepRequest request = claim.request();
            whileItLasts(
                    claim,
                    () -> admissions.countFailedCall(
                            request.execution(), request.stepNumber(), claim.token(), failure.getMessage()));
            throw StepFailures.again(failure.getMessage(), failure.delayAfter(failedCalls));
        }
    }

    private void giveBack(Claim claim) {
        StepRequest request = claim.request();
        whileItLasts(
                claim, () -> admissions.giveBack(request.execution().runId(), request.stepNumber(), claim.token()));
    }

    private static void whileItLasts(Claim claim, Supplier<?> call) {
        Outage.outlast(claim.attempt(), claim.attempt().deadline(), call);
    }
}
