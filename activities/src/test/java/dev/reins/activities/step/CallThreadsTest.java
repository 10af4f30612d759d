package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class CallThreadsTest {
    private final CallThreads threads = new CallThreads();

    @AfterEach
    void close() {
        MDC.clear();
        threads.close();
    }

    private <T> T call(String name, Supplier<T> call) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.start(name, () -> result.complete(call.get()));
        return result.get(10, TimeUnit.SECONDS);
    }

    /** Until it would take another call: before that, the next one is given a thread of its own. */
    private static void awaitIdle(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aCallIsMadeOnAThreadOfThePlatformThatIsNamedAfterItAndKeepsNoProcess() throws Exception {
        Thread thread = call("echo of run/1", () -> {
            assertThat(Thread.currentThread().getName()).isEqualTo("echo of run/1");
            return Thread.currentThread();
        });

        awaitIdle(thread);
        assertThat(thread.isVirtual()).isFalse();
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("no call");
    }

    @Test
    void aCallFindsNothingOfTheOneBeforeOnItsThread() throws Exception {
        MDC.put("runId", "first");
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Thread first = call("first", () -> {
            MDC.put("tool", "leaves things behind");
            Thread.currentThread().setContextClassLoader(null);
            Thread.currentThread().interrupt();
            return Thread.currentThread();
        });
        awaitIdle(first);
        MDC.clear();

        String second = call(
                "second",
                () -> (Thread.currentThread() == first) + " " + Thread.interrupted() + " " + MDC.get("runId") + " "
                        + MDC.get("tool") + " " + (Thread.currentThread().getContextClassLoader() == loader));

        assertThat(second).isEqualTo("true false null null true");
    }

    @Test
    void aCallHasTheLoggingContextOfWhoeverMakesIt() throws Exception {
        MDC.put("runId", "mine");

        assertThat(call("mine", () -> MDC.get("runId"))).isEqualTo("mine");
    }

    @Test
    void anInterruptMeantForACallThatHasEndedReachesNoOther() throws Exception {
        CompletableFuture<Thread> first = new CompletableFuture<>();
        Runnable interrupt = threads.start("first", () -> first.complete(Thread.currentThread()));
        Thread thread = first.get(10, TimeUnit.SECONDS);
        awaitIdle(thread);
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<String> second = new CompletableFuture<>();
        threads.start("second", () -> {
            began.countDown();
            try {
                mayEnd.await();
                second.complete("undisturbed on " + (Thread.currentThread() == thread));
            } catch (InterruptedException e) {
                second.complete("interrupted");
            }
        });

        began.await();
        interrupt.run();
        mayEnd.countDown();

        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("undisturbed on true");
    }

    @Test
    void noCallIsMadeOnceTheyAreClosed() {
        threads.close();
        CompletableFuture<String> made = new CompletableFuture<>();

        assertThatThrownBy(() -> threads.start("late", () -> made.complete("made")))
                .isInstanceOf(CallThreads.NoThread.class);

        assertThat(made).isNotDone();
    }

    @Test
    void aCallIsInterruptedWhileItLasts() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch began = new CountDownLatch(1);
        Runnable interrupt = threads.start("waits", () -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });

        began.await();
        interrupt.run();

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
