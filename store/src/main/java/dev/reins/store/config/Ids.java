package dev.reins.store.config;

import dev.reins.contracts.RunId;
import java.util.regex.Pattern;

/** Ids of administrators' objects. */
final class Ids {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._@-]{1,128}");

    private Ids() {}

    /** A fresh id that sorts by the time it was made. */
    static String next(String prefix) {
        return prefix + RunId.next().value().substring("run".length());
    }

    /** An id that comes back in a cursor. */
    static String seen(String id) {
        if (!FORM.matcher(id).matches()) {
            throw new IllegalArgumentException("No id");
        }
        return id;
    }
}
