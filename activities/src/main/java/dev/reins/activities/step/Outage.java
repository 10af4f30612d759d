package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation;
import dev.reins.store.DatabaseOutage;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;

/** A store that is away for a moment. */
public final class Outage {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private Outage() {}

    /**
     * Makes the call until the store answers. It may have been carried out before and only its answer lost, so it must be
     * one that can be repeated.
     *
     * @param until when to give up and throw what the store's absence threw
     */
    static <T> T outlast(Attempt attempt, Instant until, Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (RuntimeException e) {
                if (!isPassing(e) || !waits(attempt, until)) {
                    throw e;
                }
            }
        }
    }

    /** Whether the same call may well come off later, with nothing else changed. */
    public static boolean isPassing(RuntimeException e) {
        return DatabaseOutage.isUnusable(e)
                || e instanceof TransientDataAccessException
                || e instanceof DataAccessResourceFailureException
                || e instanceof RecoverableDataAccessException;
    }

    /** False when the attempt is over. */
    private static boolean waits(Attempt attempt, Instant until) {
        if (Instant.now().plus(PAUSE).isAfter(until)) {
            return false;
        }
        try {
            Thread.sleep(PAUSE);
            attempt.heartbeat();
            return true;
        } catch (Attempt.Ended ended) {
            // A cancelled run wants to know what its last step did.
            return ended.reason() == Cancellation.Reason.CANCELLED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
