package dev.reins.activities.step;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountQueueTest {
    private static final Instant LATER = Instant.now().plusSeconds(600);

    private final AtomicInteger made = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AccountQueue accounts = queue(Duration.ofMinutes(1));
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    private final List<Integer> transactions = new CopyOnWriteArrayList<>();

    private AccountQueue queue(Duration longest) {
        return new AccountQueue(runId -> runId.value().substring(0, 3), this::transaction, longest);
    }

    /** Keeps how many calls it was. */
    private void transaction(Runnable calls) {
        int before = made.get();
        calls.run();
        transactions.add(made.get() - before);
    }

    @AfterEach
    void close() {
        letGo.countDown();
        threads.close();
    }

    @Test
    void oneCallOfAUserIsMadeAtATime() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();

        Stream.generate(() -> CompletableFuture.runAsync(
                        () -> accounts.await(new RunId("ann-1"), LATER, () -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            Thread.yield();
                            return now.decrementAndGet();
                        }),
                        threads))
                .limit(200)
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(most).hasValue(1);
    }

    @Test
    void anotherUserDoesNotWait() throws InterruptedException {
        hold(accounts);

        assertThat(soon("bob-1", () -> "called")).isEqualTo("called");
    }

    @Test
    void whoHasWaitedLongGoesOnWithout() throws InterruptedException {
        AccountQueue impatient = queue(Duration.ofMillis(1));
        hold(impatient);

        assertThat(impatient.await(new RunId("ann-2"), LATER, letGo::getCount)).isEqualTo(1);
    }

    @Test
    void whoHasLittleTimeGoesOnWithout() throws InterruptedException {
        hold(accounts);

        Instant soon = Instant.now().plusMillis(10);
        assertThat(accounts.await(new RunId("ann-2"), soon, letGo::getCount)).isEqualTo(1);
        assertThat(accounts.await(new RunId("ann-2"), Instant.EPOCH, letGo::getCount))
                .isEqualTo(1);
    }

    @Test
    void whoIsInterruptedGoesOnAndStaysInterrupted() throws InterruptedException {
        hold(accounts);

        var interrupted = CompletableFuture.supplyAsync(
                () -> {
                    Thread.currentThread().interrupt();
                    return accounts.await(
                            new RunId("ann-2"),
                            LATER,
                            () -> Thread.currentThread().isInterrupted());
                },
                threads);

        assertThat(interrupted.orTimeout(10, SECONDS).join()).isTrue();
    }

    @Test
    void aCallThatFailsLetsTheNextOneGo() {
        assertThatThrownBy(() -> accounts.await(new RunId("ann-1"), LATER, () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(soon("ann-1", () -> "called")).isEqualTo("called");
    }

    @Test
    void thoseThatHaveComeMeanwhileAreMadeInOneTransactionAndEachGetsItsOwn() throws InterruptedException {
        hold(accounts);
        List<CompletableFuture<Integer>> others = calls(5, call -> made(call));
        awaitAllWait(others.size());

        letGo.countDown();

        assertThat(results(others)).containsExactly(0, 1, 2, 3, 4);
        assertThat(transactions).containsExactly(5);
    }

    @Test
    void aTransactionHasSixteenOfThemAtMost() throws InterruptedException {
        hold(accounts);
        List<CompletableFuture<Integer>> others = calls(40, call -> made(call));
        awaitAllWait(others.size());

        letGo.countDown();

        results(others);
        assertThat(transactions).containsExactly(16, 16, 8);
    }

    @Test
    void whereOneBreaksEachIsMadeByItself() throws InterruptedException {
        hold(accounts);
        List<CompletableFuture<Integer>> others = calls(3, call -> {
            if (call == 1) {
                throw new IllegalStateException("no");
            }
            return made(call);
        });
        awaitAllWait(others.size());

        letGo.countDown();

        assertThat(others.get(0).orTimeout(10, SECONDS).join()).isZero();
        assertThatThrownBy(() -> others.get(1).orTimeout(10, SECONDS).join()).hasRootCauseMessage("no");
        assertThat(others.get(2).orTimeout(10, SECONDS).join()).isEqualTo(2);
        assertThat(transactions).isEmpty();
        assertThat(soon("ann-1", () -> "called")).isEqualTo("called");
    }

    @Test
    void whoGoesWithoutIsNotMadeForOnceMore() throws InterruptedException {
        hold(accounts);
        Instant soon = Instant.now().plusMillis(10);
        assertThat(accounts.await(new RunId("ann-2"), soon, () -> made(7))).isEqualTo(7);
        List<CompletableFuture<Integer>> others = calls(2, call -> made(call));
        awaitAllWait(3);

        letGo.countDown();

        results(others);
        assertThat(made).hasValue(3);
    }

    private Integer made(int call) {
        made.incrementAndGet();
        return call;
    }

    /** Each begins to wait after the one before it. */
    private List<CompletableFuture<Integer>> calls(int number, IntFunction<Integer> call) {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int which = i;
            awaitAllWait(i);
            calls.add(CompletableFuture.supplyAsync(
                    () -> accounts.await(new RunId("ann-" + which), LATER, () -> call.apply(which)), threads));
        }
        return calls;
    }

    private static List<Integer> results(List<CompletableFuture<Integer>> calls) {
        return calls.stream().map(call -> call.orTimeout(10, SECONDS).join()).toList();
    }

    private void awaitAllWait(int number) {
        await().atMost(Duration.ofSeconds(10)).until(() -> accounts.waiting(new RunId("ann-1")) >= number);
    }

    private <T> T soon(String runId, Supplier<T> call) {
        return CompletableFuture.supplyAsync(() -> accounts.await(new RunId(runId), LATER, call), threads)
                .orTimeout(10, SECONDS)
                .join();
    }

    private void hold(AccountQueue accounts) throws InterruptedException {
        threads.execute(() -> accounts.await(new RunId("ann-1"), LATER, () -> {
            held.countDown();
            return awaited(letGo);
        }));
        assertThat(held.await(10, SECONDS)).isTrue();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
