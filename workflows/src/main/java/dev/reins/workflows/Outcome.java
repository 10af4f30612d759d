package dev.reins.workflows;

import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import io.temporal.api.enums.v1.RetryState;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came of asking for a step once, read from its activity's result or failure. */
sealed interface Outcome {

    record Done(StepCompleted result) implements Outcome {}

    record NotDone(StepNotDone verdict) implements Outcome {}

    /** Schedule-to-close, the run's remaining active time, elapsed. */
    record OutOfTime() implements Outcome {}

    /** The activity was cancelled and left no verdict: it never started, or its worker is lost. */
    record Cancelled() implements Outcome {}

    /** An attempt in the express lane came to nothing that it could tell; the activity lane is to be asked, after the delay. */
    record GivenUp(Duration delay) implements Outcome {}

    /** The activity failed as none should. */
    record Broken(String message) implements Outcome {}

    static Outcome of(ActivityFailure failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof CanceledFailure) {
            return new Cancelled();
        }
        if (cause instanceof ApplicationFailure application && isVerdict(application)) {
            return verdict(application);
        }
        if (cause instanceof TimeoutFailure || failure.getRetryState() == RetryState.RETRY_STATE_TIMEOUT) {
            return new OutOfTime();
        }
        return new Broken(sentence(cause));
    }

    /** Of an attempt in the express lane: whatever is no verdict. */
    static Outcome ofExpress(ActivityFailure failure) {
        if (!(failure.getCause() instanceof ApplicationFailure application)) {
            return new GivenUp(Duration.ZERO);
        }
        return isVerdict(application)
                ? verdict(application)
                : new GivenUp(Objects.requireNonNullElse(application.getNextRetryDelay(), Duration.ZERO));
    }

    private static boolean isVerdict(ApplicationFailure failure) {
        return StepNotDone.FAILURE_TYPE.equals(failure.getType());
    }

    private static NotDone verdict(ApplicationFailure failure) {
        return new NotDone(Objects.requireNonNull(failure.getDetails().get(StepNotDone.class)));
    }

    private static String sentence(@Nullable Throwable cause) {
        String message = cause instanceof ApplicationFailure application ? application.getOriginalMessage() : null;
        return "The step's activity failed unexpectedly" + (message == null ? "" : ": " + message);
    }
}
