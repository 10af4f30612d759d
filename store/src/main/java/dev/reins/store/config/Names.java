package dev.reins.store.config;

import dev.reins.contracts.RequestRejected;

/** Names that people give to things. */
final class Names {
    private static final int MAX_LENGTH = 200;

    private Names() {}

    static void check(String pointer, String name) {
        if (name.isBlank() || name.length() > MAX_LENGTH) {
            throw RequestRejected.invalid(pointer, "A name has 1 to " + MAX_LENGTH + " characters");
        }
    }
}
