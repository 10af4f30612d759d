package dev.reins.store.access;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.Columns;
import dev.reins.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Executes a request once per key: its answer is stored in the transaction of its effect, so committed means answered,
 * and what was rolled back was never asked. Keys are kept for 24 hours, per principal.
 */
public final class Idempotency {
    public static final int PURGED_AT_ONCE = 1_000;
    private static final String IN_FLIGHT = "A request with this Idempotency-Key is still being answered";

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;

    /**
     * A request that carries a key.
     *
     * @param principal the id of the API key that sends it
     */
    public record Call(String principal, String key, String method, String path, byte[] bodySha256) {}

    /**
     * @param settled false while the request still waits for its effect: others then hear that it is in flight, and
     *     {@link #settle} stores the final answer
     */
    public record Answer(int status, Map<String, String> headers, String body, boolean settled) {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }

    /** @param replayed whether the answer is that of an earlier request */
    public record Executed(Answer answer, boolean replayed) {}

    private record Stored(String method, String path, byte[] bodySha256, Answer answer, boolean abandoned) {
        boolean isOf(Call call) {
            return method.equals(call.method())
                    && path.equals(call.path())
                    && Arrays.equals(bodySha256, call.bodySha256());
        }
    }

    public Idempotency(JdbcClient jdbc, TransactionOperations transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /**
     * The stored answer to the call, or else that of {@code work}, which runs in the same transaction. A refusal undoes the
     * work and is an answer as any other, but for invalid_request: what is malformed asks for nothing, so that it is thrown,
     * and leaves nothing behind, like everything else that work throws.
     *
     * @param refusal the answer that says so
     * @throws RequestRejected key_in_flight while another request with the key is being answered; key_reused if the key
     *     was used for something else; invalid_request
     */
    public Executed execute(Call call, Supplier<Answer> work, Function<RequestRejected, Answer> refusal) {
        return transaction.execute(status -> {
            if (!tryLock(call)) {
                throw inFlight();
            }
            return find(call)
                    .map(stored -> replay(call, stored))
                    .orElseGet(() -> keep(call, answer(status, work, refusal)));
        });
    }

    /** Stores the final answer to a call whose first one was not settled. */
    public void settle(Call call, Answer answer) {
        jdbc.sql("""
                        update idempotency_keys
                        set status = :status, headers = cast(:headers as jsonb), body = :body, settled = true
                        where principal = :principal and key = :key and not settled
                        """)
                .param("principal", call.principal())
                .param("key", call.key())
                .param("status", answer.status())
                .param("headers", StoredJson.write(answer.headers()))
                .param("body", answer.body())
                .update();
    }

    /**
     * Forgets keys that are older than 24 hours, the oldest first, so many that it takes no time that others would notice.
     *
     * @return how many; {@value #PURGED_AT_ONCE} where there may be more
     */
    public int purge() {
        return jdbc.sql("""
                        delete from idempotency_keys where (principal, key) in (
                            select principal, key from idempotency_keys
                            where created_at < clock_timestamp() - interval '24 hours'
                            order by created_at limit :most)
                        """).param("most", PURGED_AT_ONCE).update();
    }

    private static Answer answer(
            TransactionStatus status, Supplier<Answer> work, Function<RequestRejected, Answer> refusal) {
        Object untouched = status.createSavepoint();
        try {
            return work.get();
        } catch (RequestRejected refused) {
            if (refused.code() == ErrorCode.INVALID_REQUEST) {
                throw refused;
            }
            status.rollbackToSavepoint(untouched);
            return refusal.apply(refused);
        }
    }

    private Executed keep(Call call, Answer answer) {
        jdbc.sql("""
                        insert into idempotency_keys
                            (principal, key, method, path, body_sha256, status, headers, body, settled)
                        values (:principal, :key, :method, :path, :sha256, :status, cast(:headers as jsonb), :body, :settled)
                        """)
                .param("principal", call.principal())
                .param("key", call.key())
                .param("method", call.method())
                .param("path", call.path())
                .param("sha256", call.bodySha256())
                .param("status", answer.status())
                .param("headers", StoredJson.write(answer.headers()))
                .param("body", answer.body())
                .param("settled", answer.settled())
                .update();
        return new Executed(answer, false);
    }

    private static Executed replay(Call call, Stored stored) {
        if (!stored.isOf(call)) {
            throw new RequestRejected(
                    ErrorCode.KEY_REUSED,
                    "This Idempotency-Key was used for another request, so it cannot be used for this");
        }
        if (!stored.answer().settled() && !stored.abandoned()) {
            throw inFlight();
        }
        return new Executed(stored.answer(), true);
    }

    /** Released with the transaction, however it ends. */
    private boolean tryLock(Call call) {
        return jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended(:principal || ' ' || :key, 0))")
                .param("principal", call.principal())
                .param("key", call.key())
                .query(Boolean.class)
                .single();
    }

    /** An answer that has long been unsettled was left so by a process that died; it holds nevertheless. */
    private Optional<Stored> find(Call call) {
        jdbc.sql("""
                        delete from idempotency_keys
                        where principal = :principal and key = :key
                          and created_at < clock_timestamp() - interval '24 hours'
                        """)
                .param("principal", call.principal())
                .param("key", call.key())
                .update();
        return jdbc.sql("""
                        select method, path, body_sha256, status, headers, body, settled,
                               created_at < clock_timestamp() - interval '40 seconds' as abandoned
                        from idempotency_keys where principal = :principal and key = :key
                        """)
                .param("principal", call.principal())
                .param("key", call.key())
                .query(Idempotency::stored)
                .optional();
    }

    private static Stored stored(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        Map<String, String> headers = new TreeMap<>();
        columns.json("headers").forEachEntry((name, value) -> headers.put(name, value.stringValue()));
        Answer answer = new Answer(row.getInt("status"), headers, columns.text("body"), row.getBoolean("settled"));
        return new Stored(
                columns.text("method"),
                columns.text("path"),
                row.getBytes("body_sha256"),
                answer,
                row.getBoolean("abandoned"));
    }

    private static RequestRejected inFlight() {
        return new RequestRejected(ErrorCode.KEY_IN_FLIGHT, IN_FLIGHT, List.of(), Map.of("retryAfter", 1));
    }
}
