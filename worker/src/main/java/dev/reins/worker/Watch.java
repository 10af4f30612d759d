package dev.reins.worker;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after something a worker at work stands on: its going and its coming back are each said once. */
final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.worker");
    private static final int EVERY_SECONDS = 5;

    private final String name;
    private final String advice;
    private final BooleanSupplier there;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("watch").factory());
    private boolean up = true;

    /**
     * @param name what it is, and its address
     * @param advice what to do while it is away
     */
    Watch(String name, String advice, BooleanSupplier there) {
        this.name = name;
        this.advice = advice;
        this.there = there;
    }

    void start() {
        clock.scheduleWithFixedDelay(this::look, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        boolean now = there.getAsBoolean();
        if (up && !now) {
            LOG.warn("{} cannot be reached: {}; steps go on once it is back", name, advice);
        } else if (now && !up) {
            LOG.info("{} is back", name);
        }
        up = now;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
