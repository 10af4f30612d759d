package dev.reins.activities.tool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that did not succeed. The message is shown to people and models: a sentence without secrets, cut at 1,000 characters. */
public final class CallFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final ErrorClass errorClass;
    private final @Nullable Duration retryAfter;

    public CallFailed(ErrorClass errorClass, String message) {
        this(errorClass, message, null);
    }

    /** @param retryAfter how long the other side asks to wait; at most 60 s are waited */
    public CallFailed(ErrorClass errorClass, String message, @Nullable Duration retryAfter) {
        super(Words.atMost(Words.MOST_OF_A_FAILURE, String.valueOf(message)));
        this.errorClass = errorClass;
        this.retryAfter = retryAfter;
    }

    /** A failure that calling again would not mend. */
    public static CallFailed forGood(String message) {
        return new CallFailed(ErrorClass.PERMANENT, message);
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** How long to wait before calling again, after {@code failedCalls} failures, this one included. */
    public Duration delayAfter(int failedCalls) {
        return retryAfter != null ? ErrorClass.shorter(retryAfter) : errorClass.delayAfter(failedCalls);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
