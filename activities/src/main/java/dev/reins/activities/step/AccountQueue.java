package dev.reins.activities.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.contracts.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of one user's runs go to the database one after the other, and those that have come meanwhile together, in
 * one transaction. There they would wait for each other, for the lock on the account, each with a connection and a commit of
 * its own. Calls must be ones that can be repeated: where one of several breaks, each is made anew by itself. It orders
 * nothing and promises nothing: who has waited long, or has little time, goes without. Thread-safe.
 */
final class AccountQueue {
    /** Many calls' time. Where the one that goes first is stuck, this is what it costs the others. */
    private static final Duration LONG = Duration.ofMillis(200);

    /** So many runs are locked until the last of them is through, and so much is done in vain where one breaks. */
    private static final int MOST = 16;

    private final Function<RunId, String> userOf;
    private final Consumer<Runnable> transaction;
    private final Duration longest;
    private final Cache<String, Account> accounts =
            Caffeine.newBuilder().weakValues().build();

    /** @param transaction makes the calls that it is given in one transaction */
    AccountQueue(Function<RunId, String> userOf, Consumer<Runnable> transaction) {
        this(userOf, transaction, LONG);
    }

    AccountQueue(Function<RunId, String> userOf, Consumer<Runnable> transaction, Duration longest) {
        this.userOf = userOf;
        this.transaction = transaction;
        this.longest = longest;
    }

    /** @param until when the call is of no use any more: half of the time until then is the call's own */
    <T> T await(RunId runId, Instant until, Supplier<T> call) {
        Account account = accounts.get(userOf.apply(runId), user -> new Account());
        Waiting<T> mine = new Waiting<>(call);
        return switch (account.enter(mine, waitAtMost(until))) {
            case FIRST -> account.makeWithOthers(mine);
            case MADE -> mine.result();
            case ALONE -> call.get();
        };
    }

    /** How many calls of this run's user wait, or waited and have gone on without. */
    int waiting(RunId runId) {
        Account account = accounts.getIfPresent(userOf.apply(runId));
        return account == null ? 0 : account.waiting.size();
    }

    private Duration waitAtMost(Instant until) {
        Duration half = Duration.between(Instant.now(), until).dividedBy(2);
        return half.compareTo(longest) < 0 ? half : longest;
    }

    /** What becomes of a call: its thread is to make it first of all, has had it made, or makes it without waiting. */
    private enum Turn {
        FIRST,
        MADE,
        ALONE
    }

    private static final class Waiting<T> {
        private final Supplier<T> call;
        private final CompletableFuture<Turn> turn = new CompletableFuture<>();
        private volatile @Nullable T result;

        Waiting(Supplier<T> call) {
            this.call = call;
        }

        void make() {
            result = call.get();
        }

        T result() {
            return Objects.requireNonNull(result);
        }

        /** False if its turn has come otherwise: who waited too long has gone. */
        boolean is(Turn decided) {
            return turn.complete(decided);
        }

        Turn await(Duration atMost) {
            try {
                return turn.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (TimeoutException | ExecutionException e) {
                // goes without
            }
            return is(Turn.ALONE) ? Turn.ALONE : turn.join();
        }
    }

    /** Of one user. */
    private final class Account {
        private final AtomicBoolean busy = new AtomicBoolean();
        private final Queue<Waiting<?>> waiting = new ConcurrentLinkedQueue<>();

        Turn enter(Waiting<?> mine, Duration atMost) {
            if (busy.compareAndSet(false, true)) {
                return Turn.FIRST;
            }
            waiting.add(mine);
            // Whoever was busy may have left before it could see this one.
            passOn(busy.compareAndSet(false, true));
            return mine.await(atMost);
        }

        <T> T makeWithOthers(Waiting<T> mine) {
            List<Waiting<?>> together = new ArrayList<>(List.of(mine));
            try {
                for (Waiting<?> next = waiting.poll(); next != null; next = waiting.poll()) {
                    if (!next.turn.isDone()) {
                        together.add(next);
                    }
                    if (together.size() == MOST) {
                        break;
                    }
                }
                return make(mine, together);
            } finally {
                together.forEach(other -> other.is(Turn.ALONE));
                passOn(true);
            }
        }

        private <T> T make(Waiting<T> mine, List<Waiting<?>> together) {
            if (together.size() > 1) {
                try {
                    transaction.accept(() -> together.forEach(Waiting::make));
                    together.forEach(made -> made.is(Turn.MADE));
                    return mine.result();
                } catch (RuntimeException e) {
                    // One of them broke it for all: each by itself, to learn whose it was.
                    together.forEach(other -> other.is(Turn.ALONE));
                }
            }
            return mine.call.get();
        }

        /** Where nobody waits any more, nobody is busy. */
        private void passOn(boolean isMine) {
            boolean held = isMine;
            while (held) {
                Waiting<?> next = waiting.poll();
                if (next == null) {
                    busy.set(false);
                    held = !waiting.isEmpty() && busy.compareAndSet(false, true);
                } else if (next.is(Turn.FIRST)) {
                    held = false;
                }
            }
        }
    }
}
