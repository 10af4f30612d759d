package dev.reins.activities.tool;

import org.jspecify.annotations.Nullable;

/** What tools say of a call. They are anyone's code, and all that they say passes through the engine, which bounds it. */
final class Words {
    private Words() {}

    /** The text, or its beginning of so many characters; null is null. */
    static @Nullable String atMost(int length, @Nullable String text) {
        return text == null || text.length() <= length ? text : text.substring(0, length);
    }
}
