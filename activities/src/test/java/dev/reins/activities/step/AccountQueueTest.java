package dev.reins.activities.step;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountQueueTest {
    private static final Instant LATER = Instant.now().plusSeconds(600);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AccountQueue accounts = queue(Duration.ofMinutes(1));
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    private static AccountQueue queue(Duration longest) {
        return new AccountQueue(runId -> runId.value().substring(0, 3), longest);
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
