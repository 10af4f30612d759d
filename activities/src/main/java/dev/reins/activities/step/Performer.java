package dev.reins.activities.step;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.Cancellation;
import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.activities.tool.ErrorClass;
import dev.reins.activities.tool.NotSentInTime;
import dev.reins.activities.tool.OutcomeUnknown;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a call on a thread of its own while the attempt's thread keeps the heartbeat, and stops it when the attempt
 * ends or its time is up. The call is stopped early enough for its outcome to be recorded. Thread-safe.
 */
final class Performer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Performer.class);
    private static final Duration LONGEST_MARGIN = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(100);
    /** Most calls end before their first heartbeat, and a heartbeat is server work. */
    private static final Duration FIRST_HEARTBEAT = Duration.ofMillis(800);
    /** How long a call that was told to stop may take to do so. */
    private static final Duration LONGEST_STOP = Duration.ofMillis(200);

    private static final Duration UNTIL_THERE_MAY_BE_A_THREAD = Duration.ofSeconds(1);

    private final CallThreads threads = new CallThreads();

    /**
     * A call, and the reading of what it gave: both are of other people's making. It runs until it ends or is stopped by an
     * interrupt or the cancellation.
     */
    interface Work {
        Ending run(Cancellation cancellation) throws CallFailed, OutcomeUnknown, IOException, InterruptedException;
    }

    /** When the call is stopped: the lesser of 500 ms and a tenth before the deadline. */
    static Instant stopAt(Instant start, Instant deadline) {
        Duration tenth = Duration.between(start, deadline).dividedBy(10);
        return deadline.minus(tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN);
    }

    /**
     * @param operation what is called
     * @param harmless whether an error that the call does not declare may count as a failed call; else its outcome is
     *     unknown
     */
    Performed perform(Claim claim, String operation, boolean harmless, Work work) {
        if (!Instant.now().isBefore(claim.stopAt())) {
            return new Performed.NotMade("the attempt's time was over", Duration.ZERO);
        }
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Ending> result = new CompletableFuture<>();
        try {
            cancellation.onCancel(
                    threads.start(operation + " of " + claim.stepKey(), () -> run(work, cancellation, result)));
        } catch (CallThreads.NoThread e) {
            LOG.error("There was no thread for a call", e);
            return new Performed.NotMade("the worker had no thread for it", UNTIL_THERE_MAY_BE_A_THREAD);
        }
        @Nullable Throwable ended = watch(claim, cancellation, result);
        if (result.isCompletedExceptionally() && result.exceptionNow() instanceof NotSentInTime) {
            cancellation.cancel(claim.whenOutOfTime());
        }
        if (cancellation.reason().isPresent() && !stops(result, claim.attempt().deadline())) {
            LOG.warn("The call did not stop when it was told to");
        }
        return verdict(result, cancellation, ended, harmless);
    }

    private static void run(Work work, Cancellation cancellation, CompletableFuture<Ending> result) {
        try {
            result.complete(work.run(cancellation));
        } catch (CancellationException e) {
            // As it is, it would say that nobody waits for the result any more.
            result.completeExceptionally(new IllegalStateException("The call was cancelled from within", e));
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /** Waits for the result, or until the call must stop; then what ended the attempt, if it did. */
    private static @Nullable Throwable watch(Claim claim, Cancellation cancellation, CompletableFuture<?> result) {
        Instant stopAt = claim.stopAt();
        Instant firstHeartbeat = Instant.now().plus(FIRST_HEARTBEAT);
        try {
            while (!isDone(result, earlier(TICK, Duration.between(Instant.now(), stopAt)))) {
                if (!Instant.now().isBefore(stopAt)) {
                    cancellation.cancel(claim.whenOutOfTime());
                    break;
                }
                if (Instant.now().isAfter(firstHeartbeat)) {
                    claim.attempt().heartbeat();
                }
            }
        } catch (Attempt.Ended ended) {
            cancellation.cancel(ended.reason());
            return ended.getCause();
        } catch (InterruptedException e) {
            cancellation.cancel(Reason.LOST);
            return e;
        }
        return null;
    }

    private static boolean isDone(CompletableFuture<?> result, Duration wait) throws InterruptedException {
        try {
            result.get(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static Duration earlier(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Performed verdict(
            CompletableFuture<Ending> result, Cancellation cancellation, @Nullable Throwable ended, boolean harmless) {
        if (result.isDone() && !result.isCompletedExceptionally()) {
            return new Performed.Succeeded(result.join());
        }
        return cancellation
                .reason()
                .map(reason -> stoppedBy(reason, ended))
                .orElseGet(() -> failed(result.exceptionNow(), harmless));
    }

    private static boolean stops(CompletableFuture<?> result, Instant deadline) {
        try {
            Duration half = Duration.between(Instant.now(), deadline).dividedBy(2);
            return isDone(result, earlier(half, LONGEST_STOP));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return result.isDone();
        }
    }

    private static Performed stoppedBy(Reason reason, @Nullable Throwable ended) {
        return switch (reason) {
            case CANCELLED -> new Performed.Cancelled();
            case TIMED_OUT -> new Performed.TimedOut();
            case GIVEN_UP -> new Performed.GivenUp();
            case LOST -> new Performed.Lost(ended == null ? new InterruptedException() : ended);
        };
    }

    private static Performed failed(Throwable failure, boolean harmless) {
        return switch (failure) {
            case CallFailed failed -> new Performed.Failed(failed);
            case OutcomeUnknown unknown -> new Performed.Unknown(unknown);
            case IOException e ->
                harmless
                        ? new Performed.Failed(new CallFailed(ErrorClass.CONNECTION, "The connection was lost"))
                        : new Performed.Unknown(
                                new OutcomeUnknown("The connection was lost: the call may have happened"));
            default -> undeclared(failure, harmless);
        };
    }

    private static Performed undeclared(Throwable failure, boolean harmless) {
        LOG.error("A call ended with {} at {}", failure.getClass().getName(), Place.of(failure));
        return harmless
                ? new Performed.Failed(CallFailed.forGood("The call broke with an internal error"))
                : new Performed.Unknown(
                        new OutcomeUnknown("The call broke with an internal error: it may have happened"));
    }

    @Override
    public void close() {
        threads.close();
    }
}
