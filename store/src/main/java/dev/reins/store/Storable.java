package dev.reins.store;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes what tools and models gave storable: PostgreSQL has no place for NUL characters, half surrogate pairs and
 * numbers beyond reason. What a request brings is refused for them (see {@link StrictJson}); a result that has happened
 * must be recorded all the same, with U+FFFD and text in their places.
 */
public final class Storable {
    private static final char REPLACEMENT = '\uFFFD';

    private Storable() {}

    /** The tree's JSON text. */
    public static @Nullable String json(@Nullable JsonNode tree) {
        if (tree == null) {
            return null;
        }
        return StoredJson.write(StorableText.check(tree).isEmpty() ? tree : mended(tree));
    }

    public static @Nullable String text(@Nullable String text) {
        return text == null ? null : mended(text);
    }

    private static JsonNode mended(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> JsonNodeFactory.instance.stringNode(mended(node.stringValue()));
            case NUMBER ->
                StorableText.check(node).isEmpty()
                        ? node
                        : JsonNodeFactory.instance.stringNode(new BigDecimal(node.asString()).toString());
            case OBJECT -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                node.forEachEntry((name, value) -> copy.set(mended(name), mended(value)));
                yield copy;
            }
            case ARRAY -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                node.forEach(element -> copy.add(mended(element)));
                yield copy;
            }
            default -> node;
        };
    }

    private static String mended(String text) {
        StringBuilder mended = new StringBuilder(text);
        for (int i = 0; i < mended.length(); i++) {
            char c = mended.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < mended.length()
                    && Character.isLowSurrogate(mended.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                mended.setCharAt(i, REPLACEMENT);
            }
        }
        return mended.toString();
    }
}
