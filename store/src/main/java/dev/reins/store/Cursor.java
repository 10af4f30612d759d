package dev.reins.store;

import dev.reins.contracts.RequestRejected;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list, as text that a caller hands back to go on from there. It names the last item seen, so it stays
 * valid whatever is added.
 *
 * @param list which list it is a place in: another list's cursor is refused
 */
public record Cursor(String list, String lastSeen) {

    /**
     * A list as its cursors name it.
     *
     * @param filters what narrows the list, in their order: narrowed otherwise it is another list
     */
    public static String listOf(String name, @Nullable Object... filters) {
        return name + "-" + Integer.toHexString(Arrays.toString(filters).hashCode());
    }

    public String encode() {
        byte[] text = (list + " " + lastSeen).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /**
     * What a cursor of {@code list} names.
     *
     * @param parse may throw any RuntimeException for what is none of ours
     * @throws RequestRejected invalid_request
     */
    public static <T> T decode(String list, String cursor, Function<String, T> parse) {
        return find(list, cursor, parse)
                .orElseThrow(() -> RequestRejected.invalid("cursor", "This is no cursor of this list"));
    }

    /** As {@link #decode}; empty for what is no cursor of {@code list}. */
    public static <T> Optional<T> find(String list, String cursor, Function<String, T> parse) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            return text.startsWith(list + " ")
                    ? Optional.of(parse.apply(text.substring(list.length() + 1)))
                    : Optional.empty();
        } catch (RuntimeException none) {
            return Optional.empty();
        }
    }
}
