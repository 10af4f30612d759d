package dev.reins.api.web;

import dev.reins.api.problem.Problem;
import dev.reins.store.access.Idempotency;
import dev.reins.store.access.Idempotency.Answer;
import dev.reins.store.access.Idempotency.Call;
import dev.reins.store.access.Idempotency.Executed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Does a request's work, or gives the answer that its Idempotency-Key already has. Answer and work are committed together;
 * a refusal commits itself alone. What is malformed, or carries no key, is refused by an exception, and found anew each time.
 */
public final class Once {
    private static final String REPLAYED = "Idempotency-Replayed";

    private final Idempotency idempotency;
    private final TransactionOperations transaction;
    private final Replies replies;
    private final @Nullable Call call;

    /** @param fresh what the work gave; empty if the answer is an earlier one, or a refusal */
    public record Done<T>(Reply reply, Optional<T> fresh) {}

    /** @param call null: the request carries no key */
    Once(Idempotency idempotency, TransactionOperations transaction, Replies replies, @Nullable Call call) {
        this.idempotency = idempotency;
        this.transaction = transaction;
        this.replies = replies;
        this.call = call;
    }

    public <T> Done<T> execute(Supplier<T> work, Function<T, Reply> reply) {
        return execute(work, reply, true);
    }

    /** As {@link #execute}, where a later answer is still to come: until {@link #settle}, the key is in flight. */
    public <T> Done<T> begin(Supplier<T> work, Function<T, Reply> reply) {
        return execute(work, reply, false);
    }

    private <T> Done<T> execute(Supplier<T> work, Function<T, Reply> reply, boolean settled) {
        if (call == null) {
            return transaction.execute(status -> {
                T fresh = work.get();
                return new Done<>(reply.apply(fresh), Optional.of(fresh));
            });
        }
        List<T> fresh = new ArrayList<>(1);
        Executed executed = idempotency.execute(
                call,
                () -> {
                    T result = work.get();
                    fresh.add(result);
                    return answer(reply.apply(result), settled);
                },
                refused -> answer(replies.of(Problem.of(refused)), true));
        return new Done<>(reply(executed), fresh.stream().findFirst());
    }

    /** Gives the final answer. */
    public Reply settle(Reply reply) {
        if (call != null) {
            idempotency.settle(call, answer(reply, true));
        }
        return reply;
    }

    private static Answer answer(Reply reply, boolean settled) {
        return new Answer(reply.status(), reply.headers(), reply.body(), settled);
    }

    private static Reply reply(Executed executed) {
        var reply = new Reply(
                executed.answer().status(),
                executed.answer().headers(),
                executed.answer().body());
        return executed.replayed() ? reply.with(REPLAYED, "true") : reply;
    }
}
