package dev.reins.store.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.TestDatabase;
import dev.reins.store.access.Idempotency.Answer;
import dev.reins.store.access.Idempotency.Call;
import dev.reins.store.access.Idempotency.Executed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class IdempotencyTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final TransactionTemplate TRANSACTION =
            new TransactionTemplate(new JdbcTransactionManager(DATABASE.dataSource()));
    private static final Idempotency IDEMPOTENCY = new Idempotency(DATABASE.jdbc(), TRANSACTION);
    private static final AtomicInteger NEXT_KEY = new AtomicInteger();

    private final String key = "k" + NEXT_KEY.incrementAndGet();
    private final AtomicInteger worked = new AtomicInteger();

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void answersTheSameAgainWithoutWorkingAgain() {
        Executed first = execute(call("{}"), answering(201));
        Executed second = execute(call("{}"), answering(500));

        assertThat(first.replayed()).isFalse();
        assertThat(second).isEqualTo(new Executed(first.answer(), true));
        assertThat(second.answer()).isEqualTo(new Answer(201, Map.of("Location", "/x"), "{\"a\":1}", true));
        assertThat(worked).hasValue(1);
    }

    @Test
    void refusesTheKeyForAnotherRequest() {
        execute(call("{}"), answering(201));
        for (Call other : List.of(
                call("{ }"),
                new Call("key-1", key, "PUT", "/runs", "{}".getBytes(UTF_8)),
                new Call("key-1", key, "POST", "/other", "{}".getBytes(UTF_8)))) {
            assertThat(refusal(other)).isEqualTo(ErrorCode.KEY_REUSED);
        }
        assertThat(worked).hasValue(1);
    }

    @Test
    void keepsKeysOfEachPrincipalApart() {
        execute(call("{}"), answering(201));
        Executed other = execute(new Call("key-2", key, "POST", "/other", new byte[0]), answering(202));
        assertThat(other.replayed()).isFalse();
    }

    @Test
    void leavesNothingOfAMalformedRequest() {
        assertThatThrownBy(() -> execute(call("{}"), () -> refuse(ErrorCode.INVALID_REQUEST)))
                .hasMessage("No");

        assertThat(projects("gone")).isZero();
        assertThat(execute(call("{}"), answering(202)).replayed()).isFalse();
    }

    @Test
    void keepsARefusalButNothingOfTheWork() {
        Executed refused = execute(call("{}"), () -> refuse(ErrorCode.NO_ROOM));

        assertThat(refused).isEqualTo(new Executed(new Answer(409, Map.of(), "no_room", true), false));
        assertThat(projects("gone")).isZero();
        assertThat(execute(call("{}"), answering(202))).isEqualTo(new Executed(refused.answer(), true));
        assertThat(worked).hasValue(0);
    }

    @Test
    void keepsARefusalOfWorkThatHasATransactionOfItsOwn() {
        execute(call("{}"), () -> TRANSACTION.execute(status -> refuse(ErrorCode.NO_ROOM)));

        assertThat(execute(call("{}"), answering(202)).replayed()).isTrue();
        assertThat(projects("gone")).isZero();
    }

    private static Answer refuse(ErrorCode code) {
        DATABASE.jdbc()
                .sql("insert into projects (id, name) values ('gone', '')")
                .update();
        throw new RequestRejected(code, "No");
    }

    private static long projects(String id) {
        return DATABASE.jdbc()
                .sql("select count(*) from projects where id = :id")
                .param("id", id)
                .query(Long.class)
                .single();
    }

    @Test
    void letsOneOfManyWorkAndTellsTheOthersThatItIsInFlight() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Executed> first = threads.submit(() -> execute(call("{}"), () -> {
                working.countDown();
                await(finish);
                return answering(201).get();
            }));
            working.await();
            List<Future<ErrorCode>> others = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                others.add(threads.submit(() -> refusal(call("{}"))));
            }
            for (Future<ErrorCode> other : others) {
                assertThat(other.get()).isEqualTo(ErrorCode.KEY_IN_FLIGHT);
            }
            finish.countDown();
            assertThat(first.get().answer().status()).isEqualTo(201);
        }
        assertThat(execute(call("{}"), answering(500)).replayed()).isTrue();
        assertThat(worked).hasValue(1);
    }

    @Test
    void isInFlightUntilAnAnswerThatWaitsIsSettled() {
        execute(call("{}"), () -> new Answer(202, Map.of(), "pausing", false));
        assertThat(refusal(call("{}"))).isEqualTo(ErrorCode.KEY_IN_FLIGHT);

        Answer effective = new Answer(202, Map.of("X", "y"), "paused", true);
        IDEMPOTENCY.settle(call("{}"), effective);

        assertThat(execute(call("{}"), answering(500))).isEqualTo(new Executed(effective, true));
    }

    @Test
    void givesTheFirstAnswerWhereNobodySettledIt() {
        execute(call("{}"), () -> new Answer(202, Map.of(), "pausing", false));
        age("1 minute");

        assertThat(execute(call("{}"), answering(500)).answer().body()).isEqualTo("pausing");
    }

    @Test
    void forgetsKeysAfterADay() {
        execute(call("{}"), answering(201));
        age("25 hours");
        assertThat(execute(call("other"), answering(202)).replayed()).isFalse();
        age("25 hours");
        assertThat(IDEMPOTENCY.purge()).isPositive();
        assertThat(execute(call("third"), answering(202)).replayed()).isFalse();
    }

    @Test
    void forgetsManyKeysPartByPart() {
        DATABASE.jdbc().sql("""
                        insert into idempotency_keys
                            (principal, key, method, path, body_sha256, status, headers, body, settled, created_at)
                        select 'key-many', n::text, 'POST', '/', '', 201, '{}', '', true,
                               clock_timestamp() - case when n <= 1200 then interval '25 hours' else interval '23 hours' end
                        from generate_series(1, 1300) n""").update();

        assertThat(IDEMPOTENCY.purge()).isEqualTo(Idempotency.PURGED_AT_ONCE);
        assertThat(IDEMPOTENCY.purge()).isBetween(200, 999);
        assertThat(DATABASE.jdbc()
                        .sql("select count(*) from idempotency_keys where principal = 'key-many'")
                        .query(Long.class)
                        .single())
                .isEqualTo(100);
    }

    private void age(String interval) {
        DATABASE.jdbc()
                .sql("update idempotency_keys set created_at = created_at - cast(:age as interval) where key = :key")
                .param("age", interval)
                .param("key", key)
                .update();
    }

    private static Executed execute(Call call, Supplier<Answer> work) {
        return IDEMPOTENCY.execute(
                call,
                work,
                refused -> new Answer(
                        refused.code().httpStatus(), Map.of(), refused.code().wire(), true));
    }

    private ErrorCode refusal(Call call) {
        return catchThrowableOfType(RequestRejected.class, () -> execute(call, answering(500)))
                .code();
    }

    private Call call(String body) {
        return new Call("key-1", key, "POST", "/runs", body.getBytes(UTF_8));
    }

    private Supplier<Answer> answering(int status) {
        return () -> {
            worked.incrementAndGet();
            return new Answer(status, Map.of("Location", "/x"), "{\"a\":1}", true);
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
