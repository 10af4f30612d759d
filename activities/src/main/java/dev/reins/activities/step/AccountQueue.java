package dev.reins.activities.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.contracts.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets the calls of one user's runs go to the database one after the other. There they would wait for each other, for the
 * lock on the account, each with a connection that other users' steps could have, and waiting costs PostgreSQL more than
 * it costs us. It orders nothing and promises nothing: who has waited long, or has little time, goes without. Thread-safe.
 */
final class AccountQueue {
    /** Many calls' time. Where the one that goes first is stuck, this is what it costs the others. */
    private static final Duration LONG = Duration.ofMillis(200);

    private final Function<RunId, String> userOf;
    private final Duration longest;
    private final Cache<String, Semaphore> accounts =
            Caffeine.newBuilder().weakValues().build();

    AccountQueue(Function<RunId, String> userOf) {
        this(userOf, LONG);
    }

    AccountQueue(Function<RunId, String> userOf, Duration longest) {
        this.userOf = userOf;
        this.longest = longest;
    }

    /** @param until when the call is of no use any more: half of the time until then is the call's own */
    <T> T await(RunId runId, Instant until, Supplier<T> call) {
        Semaphore account = accounts.get(userOf.apply(runId), user -> new Semaphore(1, true));
        boolean entered = enter(account, waitAtMost(until));
        try {
            return call.get();
        } finally {
            if (entered) {
                account.release();
            }
        }
    }

    private Duration waitAtMost(Instant until) {
        Duration half = Duration.between(Instant.now(), until).dividedBy(2);
        return half.compareTo(longest) < 0 ? half : longest;
    }

    private static boolean enter(Semaphore account, Duration atMost) {
        try {
            return account.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
