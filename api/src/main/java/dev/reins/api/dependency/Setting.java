package dev.reins.api.dependency;

import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/** A setting as it was given: read, or refused with a sentence that names it and its range. */
public record Setting(String name, String text) {
    private static final int MOST = 1_000_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** @throws CannotStart what is no whole number from 1 to 1,000,000 */
    public int count() {
        if (!text.matches("[1-9][0-9]{0,6}") || Integer.parseInt(text) > MOST) {
            throw refused("a whole number from 1 to 1,000,000");
        }
        return Integer.parseInt(text);
    }

    /** @throws CannotStart what is no duration from a second to an hour; a bare number is of milliseconds */
    public Duration period() {
        Duration period = duration();
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw refusedPeriod();
        }
        return period;
    }

    private Duration duration() {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException | ArithmeticException none) {
            throw refusedPeriod();
        }
    }

    private CannotStart refusedPeriod() {
        return refused("a duration from 1s to 1h, with its unit");
    }

    private CannotStart refused(String range) {
        return new CannotStart(name + " is " + range + ", not '" + text + "'");
    }
}
