package dev.reins.activities.scripted;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills {@code {{path}}} in texts and JSON. A path is a name and, divided by dots, the members and array indices to
 * follow from there: {@code {{last.body.0.number}}}. A text that is one path alone becomes the value itself; anywhere
 * else values become text. {@code {{path.size}}} is how many items an array has.
 */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*([^{}]+?)\\s*}}");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A path that leads nowhere. */
    static final class NoSuchPath extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoSuchPath(String path) {
            super("{{" + path + "}} leads to nothing");
        }
    }

    private final Map<String, JsonNode> names;

    Template(Map<String, JsonNode> names) {
        this.names = Map.copyOf(names);
    }

    /** @throws NoSuchPath where a path leads to nothing */
    JsonNode fill(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode filled = NODES.objectNode();
                object.forEachEntry((name, value) -> filled.set(name, fill(value)));
                yield filled;
            }
            case ArrayNode array -> {
                ArrayNode filled = NODES.arrayNode();
                array.forEach(item -> filled.add(fill(item)));
                yield filled;
            }
            default -> node.isString() ? fillValue(node.stringValue()) : node;
        };
    }

    private JsonNode fillValue(String text) {
        Matcher place = PLACE.matcher(text);
        return place.matches() ? value(place.group(1)) : NODES.stringNode(fillText(text));
    }

    /** @throws NoSuchPath where a path leads to nothing */
    String fillText(String text) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(asText(value(place.group(1)))));
    }

    private static String asText(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    /** @throws NoSuchPath if there is none */
    JsonNode value(String path) {
        String[] parts = path.split("\\.");
        JsonNode value = names.get(parts[0]);
        for (int i = 1; i < parts.length && value != null; i++) {
            value = member(value, parts[i]);
        }
        return Optional.ofNullable(value).orElseThrow(() -> new NoSuchPath(path));
    }

    private static @Nullable JsonNode member(JsonNode value, String name) {
        if (!value.isArray()) {
            return value.get(name);
        }
        if (name.equals("size")) {
            return NODES.numberNode(value.size());
        }
        return name.matches("\\d{1,9}") ? value.get(Integer.parseInt(name)) : null;
    }
}
