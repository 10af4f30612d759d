package dev.reins.activities.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.contracts.RunId;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets the calls of one user's runs go to the database one after the other. There they would wait for each other all the same, for the
 * lock on the account, but each with a connection that other users' steps could have, and waiting costs PostgreSQL more
 * than it costs us. It orders nothing and promises nothing: who has waited long goes without. Thread-safe.
 */
final class AccountQueue {
    private static final Duration LONG = Duration.ofSeconds(1);

    private final Duration longest;

    private final Function<RunId, String> userOf;
    private final Cache<String, Semaphore> accounts =
            Caffeine.newBuilder().weakValues().build();

    AccountQueue(Function<RunId, String> userOf) {
        this(userOf, LONG);
    }

    AccountQueue(Function<RunId, String> userOf, Duration longest) {
        this.userOf = userOf;
        this.longest = longest;
    }

    <T> T await(RunId runId, Supplier<T> call) {
        Semaphore account = accounts.get(userOf.apply(runId), user -> new Semaphore(1, true));
        boolean entered = enter(account);
        try {
            return call.get();
        } finally {
            if (entered) {
                account.release();
            }
        }
    }

    private boolean enter(Semaphore account) {
        try {
            return account.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
