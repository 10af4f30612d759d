package dev.reins.contracts.run;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunKind;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run has written down outside its steps: short transactions, executed as local activities, repeatable without
 * harm, retried without end but for failures of the types {@link #GONE} and {@link #DEFECT}. Each first makes sure that
 * its execution is in charge.
 */
@ActivityInterface
public interface RunBookkeeping {
    /** The store does not know the run (any more); retried by nobody. */
    String GONE = "gone";

    /** What keeps a run from beginning is no outage; the workflow tries again, a bounded number of times. */
    String DEFECT = "defect";

    /**
     * The run's first bookkeeping: finds or creates its row and makes it {@code running} (or leaves {@code pausing} and
     * {@code cancelling} as they are, for the controls to act on). The one call that may fail with {@link #DEFECT}: later a
     * repair may still save what the run has done.
     */
    @ActivityMethod(name = "run.begin")
    Begun begin(Begin begin);

    /** So many steps run side by side at most; longer rows of them are done in parts. */
    int WIDEST = 16;

    /**
     * The next outlines of the plan from {@code fromPlanIndex}, at most 100, and up to 15 more where a row of parallel
     * ones goes on there; empty past its end.
     */
    @ActivityMethod(name = "run.plan")
    List<CallOutline> plan(Execution execution, int fromPlanIndex);

    /**
     * Has steps that are to run side by side admitted in their order, in one transaction, and gives none of them to
     * anybody yet: each is claimed by its own activity.
     *
     * @param steps at most 32, with consecutive numbers
     * @return how many of them, from the first on, may be performed side by side: those that are admitted, or refused
     *     where the run goes on past that, now or earlier. The one after them is to be asked for once they have ended: a
     *     guard has it wait, pauses or ends the run, nobody knows whether it happened, or they are too large together.
     */
    @ActivityMethod(name = "run.admit")
    int admit(List<StepRequest> steps);

    /**
     * Registers what reached the workflow and says what the run must do. Within a step ({@code atBoundary} false) it
     * only marks delivery and status; at a boundary a standing pause becomes effective.
     */
    @ActivityMethod(name = "run.controls")
    Controls controls(Incoming incoming);

    /** Pauses the run for what came of a step, a failed one with onError pause; once for each outcome, however often it is called. */
    @ActivityMethod(name = "run.pause")
    Controls pauseFor(Execution execution, int stepNumber, PauseReason reason, String message);

    /** Whether an attempt has ever claimed the step: where none has, its schedule-to-close was not active time. */
    @ActivityMethod(name = "run.claimed")
    StepClaim claimed(Execution execution, int stepNumber);

    /** Ends the run: releases what is reserved, gives back its places, closes its clock and its open receipts. */
    @ActivityMethod(name = "run.finish")
    void finish(Finish finish);

    /**
     * @param rawInput the workflow's input as text; null if there was none
     * @param undecodable what is wrong with an input that is no JSON text; null if nothing is
     */
    record Begin(
            Execution execution,
            @Nullable String rawInput,
            @Nullable String undecodable) {}

    /**
     * @param refusal why there is no such run to begin (bad id or input, unknown agent, the id of an ended run): the
     *     workflow fails with this message and touches nothing; all else is then meaningless
     * @param nextPlanIndex from 1; 0 for an agentic run
     * @param modelTimeoutMs start-to-close of a model turn; null for a planned run
     * @param timeoutMs the run's active time; null: none
     * @param creditsUsed the run's so far, as are the tokens: not nothing after a continue-as-new or a reset
     * @param agent what Temporal's UI calls the run: the agent's name, or {@code plan}
     */
    record Begun(
            @Nullable String refusal,
            RunKind kind,
            RunStatus status,
            String projectId,
            @Nullable String agentId,
            String userId,
            String agent,
            int nextStep,
            int nextPlanIndex,
            int planLength,
            long creditsUsed,
            long inputTokens,
            long outputTokens,
            @Nullable Long modelTimeoutMs,
            @Nullable Long timeoutMs,
            long activeMs,
            @Nullable Integer maxSteps,
            @Nullable Long maxCredits) {}

    /**
     * @param signals in the order of arrival
     * @param cancelRequested whether Temporal has asked the workflow to cancel
     * @param atBoundary whether no step is under way
     */
    record Incoming(Execution execution, List<Signal> signals, boolean cancelRequested, boolean atBoundary) {
        public Incoming {
            signals = List.copyOf(signals);
        }
    }

    /**
     * @param id deterministic, so that a repeated call registers it once
     * @param name the signal's name
     * @param payload its JSON text; null if it had none
     * @param undecodable what is wrong with a payload that is no JSON text
     */
    record Signal(
            String id,
            String name,
            @Nullable String payload,
            @Nullable String undecodable) {}

    /**
     * What the run must do.
     *
     * @param status the row's, after this call: {@code running} (go on), {@code pausing} (finish the step, then call at
     *     the boundary), {@code paused} (await a signal), {@code cancelling} (end as cancelled), or terminal (stop)
     * @param message why it is paused, for Temporal's UI: at most 200 characters
     * @param repeatStep after resume: whether the step it paused at is to be asked for again. False: go on with the next.
     */
    record Controls(
            RunStatus status,
            @Nullable PauseReason pauseReason,
            @Nullable String message,
            boolean repeatStep,
            @Nullable Integer maxSteps,
            @Nullable Long maxCredits,
            long activeMs) {}

    /** @param claimed whether an attempt claimed the step in the current generation */
    record StepClaim(boolean claimed, long activeMs) {}

    /** @param status completed, failed or cancelled */
    record Finish(
            Execution execution,
            RunStatus status,
            StopReason stopReason,
            @Nullable String errorCode,
            @Nullable String errorMessage) {}
}
