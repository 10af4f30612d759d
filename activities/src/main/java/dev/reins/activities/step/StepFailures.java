package dev.reins.activities.step;

import dev.reins.activities.tool.Words;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.admission.RunTotals;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one place where the end of a step becomes a failure of its activity. */
final class StepFailures {
    /** The type of a failure that Temporal is to retry. */
    static final String TO_BE_REPEATED = "StepToBeRepeated";

    /** Of the message, for Temporal's UI: the verdict beside it has it whole, and both stay in the history. */
    private static final int MOST_SHOWN = 200;

    private StepFailures() {}

    /** Ends the step: the engine does not retry it, the workflow reads the verdict. */
    static ApplicationFailure notDone(StepNotDone verdict) {
        return withoutTrace(ApplicationFailure.newBuilder()
                .setType(StepNotDone.FAILURE_TYPE)
                .setMessage(Words.atMost(
                        MOST_SHOWN,
                        Objects.requireNonNullElse(
                                verdict.message(), verdict.kind().wire())))
                .setNonRetryable(true)
                .setCategory(ApplicationErrorCategory.BENIGN)
                .setDetails(verdict)
                .build());
    }

    /** Has the step asked for again after the delay. */
    static ApplicationFailure again(String message, Duration delay) {
        return withoutTrace(ApplicationFailure.newBuilder()
                .setType(TO_BE_REPEATED)
                .setMessage(message)
                .setCategory(ApplicationErrorCategory.BENIGN)
                .setNextRetryDelay(delay)
                .build());
    }

    /** These are outcomes, not defects: where in the code they were made would only fill histories. */
    private static ApplicationFailure withoutTrace(ApplicationFailure failure) {
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    /** What the workflow is told of a step that was recorded as anything but completed. */
    static StepNotDone verdict(Step step, StepStatus status, @Nullable String message, RunTotals totals) {
        return switch (status) {
            case FAILED, TIMED_OUT ->
                step instanceof Step.ModelStep
                        ? verdict(Kind.RUN_ENDS, null, StopReason.MODEL_FAILED, message, totals)
                        : verdict(
                                status == StepStatus.FAILED ? Kind.FAILED : Kind.TIMED_OUT,
                                null,
                                null,
                                message,
                                totals);
            case REFUSED -> verdict(Kind.REFUSED, null, null, message, totals);
            case UNKNOWN -> verdict(Kind.UNKNOWN, PauseReason.UNKNOWN_OUTCOME, null, message, totals);
            case CANCELLED -> verdict(Kind.CANCELLED, null, null, message, totals);
            case WAITING, RUNNING, COMPLETED -> verdict(Kind.STALE, null, null, message, totals);
        };
    }

    /** What the workflow is told of a run that the database does not know. */
    static StepNotDone unknown(@Nullable String message) {
        return verdict(Kind.STALE, null, null, message, new RunTotals(0, 0, 0, 0, 0));
    }

    private static StepNotDone verdict(
            Kind kind,
            @Nullable PauseReason pauseReason,
            @Nullable StopReason stopReason,
            @Nullable String message,
            RunTotals totals) {
        return new StepNotDone(
                kind,
                null,
                null,
                pauseReason,
                stopReason,
                message,
                totals.stepCount(),
                totals.creditsUsed(),
                totals.activeMs());
    }
}
