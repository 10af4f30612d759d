package dev.reins.activities.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.contracts.RunId;
import dev.reins.store.admission.AccountAnswer;
import dev.reins.store.admission.AccountCall;
import dev.reins.store.admission.AccountCalls;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.AdmissionRequest;
import dev.reins.store.admission.Recording;
import dev.reins.store.admission.StepOutcome;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of one user's runs go to the database one after the other, and those that have come meanwhile together, as
 * one statement. There they would wait for each other, for the lock on the account, each with a connection, a round trip and
 * a commit of its own. It orders nothing and promises nothing: who has waited long, or has little time, goes without, and
 * where one of several breaks, each is made anew by itself. Thread-safe.
 */
final class AccountQueue {
    /** Many calls' time. Where the one that goes first is stuck, this is what it costs the others. */
    private static final Duration LONG = Duration.ofMillis(200);

    /** So many runs are locked until the last of them is through, and so much is done in vain where one breaks. */
    private static final int MOST = 16;

    private final AccountCalls calls;
    private final Function<RunId, String> userOf;
    private final Duration longest;
    private final Cache<String, Account> accounts =
            Caffeine.newBuilder().weakValues().build();

    AccountQueue(AccountCalls calls, Function<RunId, String> userOf) {
        this(calls, userOf, LONG);
    }

    AccountQueue(AccountCalls calls, Function<RunId, String> userOf, Duration longest) {
        this.calls = calls;
        this.userOf = userOf;
        this.longest = longest;
    }

    /** As {@link AccountCalls#make}. */
    Admission admit(AdmissionRequest request, Instant until) {
        return (Admission) make(request, until);
    }

    /** As {@link AccountCalls#make}. */
    Recording record(StepOutcome outcome, Instant until) {
        return (Recording) make(outcome, until);
    }

    /** @param until when the call is of no use any more: half of the time until then is the call's own */
    private AccountAnswer make(AccountCall call, Instant until) {
        Account account = accounts.get(userOf.apply(call.execution().runId()), Account::new);
        Waiting mine = new Waiting(call);
        return switch (account.enter(mine, waitAtMost(until))) {
            case FIRST -> account.makeWithOthers(mine);
            case MADE -> mine.answer();
            case ALONE -> calls.make(call);
        };
    }

    private Duration waitAtMost(Instant until) {
        Duration half = Duration.between(Instant.now(), until).dividedBy(2);
        return half.compareTo(longest) < 0 ? half : longest;
    }

    /** How many calls of the user wait. */
    int waiting(String userId) {
        Account account = accounts.getIfPresent(userId);
        return account == null ? 0 : account.waiting.size();
    }

    /** What becomes of a call: its thread is to make it first of all, has had it made, or makes it without waiting. */
    private enum Turn {
        FIRST,
        MADE,
        ALONE
    }

    private static final class Waiting {
        private final AccountCall call;
        private final CompletableFuture<Turn> turn = new CompletableFuture<>();
        private volatile @Nullable AccountAnswer answer;

        Waiting(AccountCall call) {
            this.call = call;
        }

        AccountAnswer answer() {
            return Objects.requireNonNull(answer);
        }

        /** False if its turn has come otherwise: who waited too long has gone. */
        boolean is(Turn decided) {
            return turn.complete(decided);
        }

        void isMade(AccountAnswer given) {
            answer = given;
            is(Turn.MADE);
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
        private final String userId;
        private final AtomicBoolean busy = new AtomicBoolean();
        private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

        Account(String userId) {
            this.userId = userId;
        }

        Turn enter(Waiting mine, Duration atMost) {
            if (busy.compareAndSet(false, true)) {
                return Turn.FIRST;
            }
            waiting.add(mine);
            // Whoever was busy may have left before it could see this one.
            passOn(busy.compareAndSet(false, true));
            Turn turn = mine.await(atMost);
            if (turn == Turn.ALONE) {
                waiting.remove(mine);
            }
            return turn;
        }

        AccountAnswer makeWithOthers(Waiting mine) {
            List<Waiting> together = new ArrayList<>(List.of(mine));
            try {
                for (Waiting next; together.size() < MOST && (next = waiting.poll()) != null; ) {
                    if (!next.turn.isDone()) {
                        together.add(next);
                    }
                }
                return together.size() == 1 ? calls.make(mine.call) : makeTogether(mine, together);
            } finally {
                together.forEach(other -> other.is(Turn.ALONE));
                passOn(true);
            }
        }

        private AccountAnswer makeTogether(Waiting mine, List<Waiting> together) {
            try {
                List<AccountAnswer> answers = calls.makeTogether(
                        userId, together.stream().map(waiting -> waiting.call).toList());
                for (int i = 0; i < answers.size(); i++) {
                    together.get(i).isMade(answers.get(i));
                }
                return mine.answer();
            } catch (RuntimeException e) {
                if (Outage.isPassing(e)) {
                    throw e;
                }
                // One of them broke it for all: each by itself, to learn whose it was, and none waits for this one.
                together.forEach(other -> other.is(Turn.ALONE));
                return calls.make(mine.call);
            }
        }

        /** Where nobody waits any more, nobody is busy. */
        private void passOn(boolean isMine) {
            boolean held = isMine;
            while (held) {
                Waiting next = waiting.poll();
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
