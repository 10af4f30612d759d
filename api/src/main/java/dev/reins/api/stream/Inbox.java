package dev.reins.api.stream;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the tail has for one client. It holds so much and no more: a client that does not keep up loses what waits here, and
 * reads the store again from where it is. Until that first happens nothing is kept, so an inbox begins like one that
 * overflowed. Thread-safe; one thread takes.
 */
final class Inbox {
    private static final int CAPACITY = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private boolean behind = true;
    private boolean closed;

    /** What there is to do. */
    sealed interface Next {
        /** Read the store until it has no more; what comes after that is here. */
        record CatchUp() implements Next {}

        /** In order; none where the time was over first. */
        record Take(List<Frame> frames) implements Next {}

        record End() implements Next {}
    }

    void offer(List<Frame> more) {
        lock.lock();
        try {
            if (behind || more.isEmpty()) {
                return;
            }
            if (frames.size() + more.size() > CAPACITY) {
                frames.clear();
                behind = true;
            } else {
                frames.addAll(more);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to do, at most until {@link System#nanoTime()} is {@code deadline}. */
    Next next(long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = deadline - System.nanoTime();
            while (!closed && !behind && frames.isEmpty() && left > 0) {
                changed.await(left, TimeUnit.NANOSECONDS);
                left = deadline - System.nanoTime();
            }
            return take();
        } finally {
            lock.unlock();
        }
    }

    private Next take() {
        if (closed) {
            return new Next.End();
        }
        if (behind) {
            behind = false;
            return new Next.CatchUp();
        }
        List<Frame> taken = List.copyOf(frames);
        frames.clear();
        return new Next.Take(taken);
    }
}
