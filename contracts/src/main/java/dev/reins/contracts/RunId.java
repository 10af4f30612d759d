package dev.reins.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.regex.Pattern;

/** A run's id, which is also its Temporal workflow id: one id works at every door. */
public record RunId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @throws IllegalArgumentException if the value is not of the form {@code [A-Za-z0-9._-]{1,128}} */
    @JsonCreator
    public RunId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("A run id has 1 to 128 of the characters A-Z a-z 0-9 . _ -");
        }
    }

    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    /** A fresh id: {@code run-} and a UUIDv7 (RFC 9562), so that ids sort by the time they were made. Not for workflow code. */
    public static RunId next() {
        long millis = System.currentTimeMillis();
        long high = (millis << 16) | 0x7000L | RANDOM.nextInt(1 << 12);
        long low = (RANDOM.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new RunId("run-" + new UUID(high, low));
    }

    @Override
    public String toString() {
        return value;
    }
}
