package dev.reins.workflows;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunState;
import dev.reins.contracts.run.RunState.LoopState;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the workflow knows of its run: the one mutable state, behind the query and Temporal's UI. It decides nothing. */
final class Progress {
    private RunStatus status = RunStatus.QUEUED;
    private String agent = "run";
    private @Nullable WaitingFor waitingFor;
    private @Nullable Long waitingUntil;
    private @Nullable String message;
    private @Nullable PauseReason pauseReason;
    private int stepCount;
    private @Nullable Integer maxSteps;
    private long creditsUsed;
    private @Nullable Long maxCredits;
    private long inputTokens;
    private long outputTokens;
    private @Nullable Integer currentStep;
    private @Nullable String currentTool;
    private @Nullable Long timeoutMs;
    private long activeMs;
    private LoopState loop = new LoopState(0, 0);

    void began(Begun begun) {
        status = begun.status();
        agent = begun.agent();
        stepCount = begun.nextStep() - 1;
        maxSteps = begun.maxSteps();
        creditsUsed = begun.creditsUsed();
        maxCredits = begun.maxCredits();
        inputTokens = begun.inputTokens();
        outputTokens = begun.outputTokens();
        timeoutMs = begun.timeoutMs();
        activeMs = begun.activeMs();
    }

    void asking(Next.Perform step) {
        currentStep = step.number();
        currentTool = step.request().tool();
        waitsForNothing();
    }

    void completed(StepCompleted result) {
        leaveStep();
        stepCount = result.stepCount();
        creditsUsed = result.creditsUsed();
        inputTokens = result.inputTokens();
        outputTokens = result.outputTokens();
        activeMs = result.activeMs();
        if (result.loopRepetitions() > 0) {
            loop = new LoopState(result.loopRepetitions(), result.loopCycle());
        }
    }

    void notDone(StepNotDone verdict) {
        stepCount = verdict.stepCount();
        creditsUsed = verdict.creditsUsed();
        activeMs = verdict.activeMs();
        if (verdict.kind() == StepNotDone.Kind.WAITING) {
            waitingFor = verdict.waitingFor();
            waitingUntil = verdict.waitUntilEpochMs();
            message = verdict.message();
        }
    }

    void leaveStep() {
        currentStep = null;
        currentTool = null;
        waitsForNothing();
    }

    void controlled(Controls controls) {
        status = controls.status();
        pauseReason = controls.pauseReason();
        maxSteps = controls.maxSteps();
        maxCredits = controls.maxCredits();
        activeMs = controls.activeMs();
        if (status == RunStatus.PAUSED) {
            waitsForNothing();
            message = controls.message();
        }
    }

    void isActiveFor(long milliseconds) {
        activeMs = milliseconds;
    }

    void ended(RunStatus terminal, @Nullable String why) {
        leaveStep();
        status = terminal;
        pauseReason = null;
        message = why;
    }

    private void waitsForNothing() {
        waitingFor = null;
        waitingUntil = null;
        message = null;
    }

    RunStatus status() {
        return status;
    }

    /** Active time that is left to the run as of the last step boundary; null: it has no timeout. */
    @Nullable
    Duration remaining() {
        return timeoutMs == null ? null : Duration.ofMillis(timeoutMs - activeMs);
    }

    RunState state() {
        return new RunState(
                status,
                waitingFor,
                waitingUntil,
                message,
                pauseReason,
                stepCount,
                maxSteps,
                creditsUsed,
                maxCredits,
                inputTokens,
                outputTokens,
                null,
                currentStep,
                currentTool,
                activeMs,
                loop);
    }

    /** What a step does that may not be asked for yet, for the summary of its timer. */
    String waiting() {
        return waitingFor == null ? " waits" : " waits: " + waitingFor.wire();
    }

    /** One sentence for Temporal's UI: which agent, which step, why it waits. */
    String sentence() {
        StringBuilder sentence = new StringBuilder(agent);
        if (status != RunStatus.RUNNING) {
            sentence.append(", ").append(status.wire());
        }
        if (currentStep != null) {
            sentence.append(", step ").append(currentStep).append(' ').append(currentTool);
        }
        if (message != null) {
            sentence.append(": ").append(message);
        }
        return sentence.toString();
    }
}
