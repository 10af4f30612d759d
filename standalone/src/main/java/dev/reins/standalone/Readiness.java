package dev.reins.standalone;

import dev.reins.standalone.process.Supervised;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waits until what was started answers. */
final class Readiness {
    private static final int DEATHS_TO_GIVE_UP = 3;
    private static final int POLL_MILLIS = 50;
    private static final int LINES = 5;

    private Readiness() {}

    /** @throws CannotStart if it keeps dying, or does not answer in time; with the end of its log */
    static void await(Supervised process, Duration limit, BooleanSupplier ready) {
        Instant deadline = Instant.now().plus(limit);
        while (!ready.getAsBoolean()) {
            if (process.deaths() >= DEATHS_TO_GIVE_UP) {
                throw new CannotStart("The " + name(process) + " keeps ending at its start. " + logOf(process));
            }
            if (Instant.now().isAfter(deadline)) {
                throw new CannotStart(
                        "The " + name(process) + " is not ready after " + limit.toSeconds() + " s. " + logOf(process));
            }
            pause();
        }
    }

    private static String name(Supervised process) {
        return process.command().name();
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted while starting.", e);
        }
    }

    private static String logOf(Supervised process) {
        Path log = process.command().log();
        try {
            List<String> lines = Files.readAllLines(log);
            List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
            return "Its log " + log + " ends:\n    " + String.join("\n    ", last);
        } catch (IOException | UncheckedIOException e) {
            return "Its log is " + log + ".";
        }
    }
}
