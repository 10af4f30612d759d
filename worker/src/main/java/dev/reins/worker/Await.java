package dev.reins.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for what a worker stands on, and says so every few seconds. */
final class Await {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.worker");
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration SAY = Duration.ofSeconds(5);

    private Await() {}

    /** @param complaint what is away, at which address, and what to do */
    static void until(BooleanSupplier there, String complaint) throws InterruptedException {
        Instant saying = Instant.MIN;
        while (!there.getAsBoolean()) {
            if (Instant.now().isAfter(saying)) {
                LOG.warn(complaint);
                saying = Instant.now().plus(SAY);
            }
            Thread.sleep(AGAIN);
        }
    }
}
