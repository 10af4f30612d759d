package dev.reins.api.run;

import dev.reins.store.control.Receipt;
import dev.reins.store.control.RunControls;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * This process's one reader of the receipts that requests wait for. While anybody waits it asks the store in one statement
 * which of all of them are closed. It stops before the web server waits for the requests under way, so that those that wait
 * answer. Thread-safe.
 */
@Component
final class ReceiptWatch implements SmartLifecycle {
    private static final long PAUSE_MS = 50;

    private final RunControls controls;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Waiter> waiters = new HashSet<>();
    private volatile boolean running;

    /** Equal to itself alone: several may wait for one receipt. */
    private static final class Waiter {
        final String receiptId;
        final CompletableFuture<Boolean> over = new CompletableFuture<>();

        Waiter(String receiptId) {
            this.receiptId = receiptId;
        }
    }

    ReceiptWatch(RunControls controls) {
        this.controls = controls;
    }

    /**
     * Returns what became of the receipt once it is closed, the time is up, or this process is to end.
     *
     * @throws java.util.concurrent.CompletionException the store could not be asked
     */
    Receipt await(Receipt receipt, Duration longest) {
        if (!receipt.isOpen() || !longest.isPositive()) {
            return receipt;
        }
        Waiter waiter = enter(receipt.id());
        try {
            waiter.over
                    .completeOnTimeout(false, longest.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } finally {
            leave(waiter);
        }
        return controls.find(receipt.id()).orElse(receipt);
    }

    private Waiter enter(String receiptId) {
        var waiter = new Waiter(receiptId);
        lock.lock();
        try {
            if (running) {
                waiters.add(waiter);
                changed.signal();
            } else {
                waiter.over.complete(false);
            }
        } finally {
            lock.unlock();
        }
        return waiter;
    }

    private void leave(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        try {
            for (List<Waiter> open = awaited(); !open.isEmpty(); open = awaited()) {
                turn(open);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return empty: it was stopped */
    private List<Waiter> awaited() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running && waiters.isEmpty()) {
                changed.await();
            }
            return running ? List.copyOf(waiters) : List.of();
        } finally {
            lock.unlock();
        }
    }

    /** A failure is told to those that wait, who answer for themselves. */
    private void turn(List<Waiter> open) {
        try {
            Set<String> closed = controls.closed(
                    open.stream().map(waiter -> waiter.receiptId).collect(Collectors.toSet()));
            open.stream()
                    .filter(waiter -> closed.contains(waiter.receiptId))
                    .forEach(waiter -> waiter.over.complete(true));
        } catch (RuntimeException | Error failure) {
            open.forEach(waiter -> waiter.over.completeExceptionally(failure));
        }
    }

    @Override
    public void start() {
        running = true;
        Thread.ofVirtual().name("receipt-watch").start(this::follow);
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            running = false;
            waiters.forEach(waiter -> waiter.over.complete(false));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
