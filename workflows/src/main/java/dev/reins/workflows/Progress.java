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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
    private final List<Next.Perform> current = new ArrayList<>();
    private @Nullable Long timeoutMs;
    private long activeMs;
    private LoopState loop = new LoopState(0, 0);

    /** @param carried how many steps the execution before this one knew of, where it is not by position; null: it is */
    void began(Begun begun, @Nullable Integer carried) {
        status = begun.status();
        agent = begun.agent();
        stepCount = carried == null ? begun.nextStep() - 1 : carried;
        maxSteps = begun.maxSteps();
        creditsUsed = begun.creditsUsed();
        maxCredits = begun.maxCredits();
        inputTokens = begun.inputTokens();
        outputTokens = begun.outputTokens();
        timeoutMs = begun.timeoutMs();
        activeMs = begun.activeMs();
    }

    void asking(List<Next.Perform> steps) {
        current.clear();
        current.addAll(steps);
        waitsForNothing();
    }

    /** Told as soon as it is known. Of steps that run side by side the latest told need not be the latest recorded. */
    void came(Next.Perform step, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done done -> completed(step, done.result());
            case Outcome.NotDone notDone -> notDone(notDone.verdict());
            case Outcome.OutOfTime ignored -> {}
            case Outcome.Cancelled ignored -> {}
            case Outcome.GivenUp ignored -> {}
            case Outcome.Broken ignored -> {}
        }
    }

    private void completed(Next.Perform step, StepCompleted result) {
        current.remove(step);
        count(result.stepCount(), result.creditsUsed());
        inputTokens = Math.max(inputTokens, result.inputTokens());
        outputTokens = Math.max(outputTokens, result.outputTokens());
        activeMs = result.activeMs();
        if (result.loopRepetitions() > 0) {
            loop = new LoopState(result.loopRepetitions(), result.loopCycle());
        }
    }

    private void notDone(StepNotDone verdict) {
        count(verdict.stepCount(), verdict.creditsUsed());
        activeMs = verdict.activeMs();
        if (verdict.kind() == StepNotDone.Kind.WAITING) {
            waitingFor = verdict.waitingFor();
            waitingUntil = verdict.waitUntilEpochMs();
            message = verdict.message();
        }
    }

    private void count(int steps, long credits) {
        stepCount = Math.max(stepCount, steps);
        creditsUsed = Math.max(creditsUsed, credits);
    }

    void leaveStep() {
        current.clear();
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

    int stepCount() {
        return stepCount;
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
                current.isEmpty() ? null : current.getFirst().number(),
                current.isEmpty() ? null : current.getFirst().request().tool(),
                activeMs,
                loop);
    }

    /** What a step does that may not be asked for yet, for the summary of its timer. */
    String waiting() {
        return waitingFor == null ? " waits" : " waits: " + waitingFor.wire();
    }

    private String steps() {
        int first = current.getFirst().number();
        String tools =
                current.stream().map(step -> step.request().tool()).distinct().collect(Collectors.joining(", "));
        return current.size() == 1
                ? "step " + first + " " + tools
                : "steps " + first + " to " + current.getLast().number() + " " + tools;
    }

    /** One sentence for Temporal's UI: which agent, which step, why it waits. */
    String sentence() {
        StringBuilder sentence = new StringBuilder(agent);
        if (status != RunStatus.RUNNING) {
            sentence.append(", ").append(status.wire());
        }
        if (!current.isEmpty()) {
            sentence.append(", ").append(steps());
        }
        if (message != null) {
            sentence.append(": ").append(message);
        }
        return sentence.toString();
    }
}
