package dev.reins.api.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** A figure from the database, asked for at most every few seconds however often it is wanted. Thread-safe. */
final class Sampled<T> {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Supplier<T> question;
    private Optional<T> latest = Optional.empty();
    private Instant until = Instant.MIN;

    Sampled(Supplier<T> question) {
        this.question = question;
    }

    /** Empty while the database is away. */
    synchronized Optional<T> get() {
        if (Instant.now().isAfter(until)) {
            latest = ask();
            until = Instant.now().plus(FRESH);
        }
        return latest;
    }

    private Optional<T> ask() {
        try {
            return Optional.of(question.get());
        } catch (DataAccessException away) {
            return Optional.empty();
        }
    }
}
