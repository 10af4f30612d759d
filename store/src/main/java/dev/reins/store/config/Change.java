package dev.reins.store.config;

import dev.reins.store.Pointers;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A member of a document that was changed.
 *
 * @param field a pointer to it
 * @param from what it was; JSON's null where it was not there
 * @param to what it became; JSON's null where it was taken away
 */
public record Change(String field, JsonNode from, JsonNode to) {

    /** What differs, member by member, in the order of their names; lists count as a whole. */
    static List<Change> between(JsonNode before, JsonNode after) {
        List<Change> changes = new ArrayList<>();
        collect("", before, after, changes);
        return List.copyOf(changes);
    }

    private static void collect(String at, JsonNode before, JsonNode after, List<Change> changes) {
        if (before.isObject() && after.isObject()) {
            TreeSet<String> names = new TreeSet<>(before.propertyNames());
            names.addAll(after.propertyNames());
            names.forEach(
                    name -> collect(Pointers.member(at, name), member(before, name), member(after, name), changes));
        } else if (!before.equals(after)) {
            changes.add(new Change(at, before, after));
        }
    }

    private static JsonNode member(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        return value == null ? JsonNodeFactory.instance.nullNode() : value;
    }
}
