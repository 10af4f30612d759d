package dev.reins.api.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps requests from waiting for an engine that lately did not answer: after a failure nothing is tried for a while,
 * then everything again. Thread-safe.
 */
final class Circuit {
    private final long openNanos;
    private final AtomicLong openUntil = new AtomicLong(System.nanoTime());

    Circuit(Duration open) {
        this.openNanos = open.toNanos();
    }

    boolean isOpen() {
        return System.nanoTime() - openUntil.get() < 0;
    }

    void failed() {
        openUntil.set(System.nanoTime() + openNanos);
    }

    void succeeded() {
        openUntil.set(System.nanoTime());
    }
}
