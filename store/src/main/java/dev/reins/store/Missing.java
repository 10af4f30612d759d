package dev.reins.store;

import java.util.NoSuchElementException;

/** What should have been written before it is asked for: the database may be older than what Temporal knows. */
public final class Missing extends NoSuchElementException {
    private static final long serialVersionUID = 1;

    public Missing(String message) {
        super(message);
    }

    Missing(String message, Throwable cause) {
        super(message, cause);
    }
}
