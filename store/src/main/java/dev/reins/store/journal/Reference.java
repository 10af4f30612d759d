package dev.reins.store.journal;

import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.store.Pointers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A value of a plan step's params that stands for part of an earlier step's output:
 * {@code {"$from": {"step": 1, "pointer": "/body/id"}}}.
 *
 * @param place where it stands, as a pointer
 * @param step the index in the plan, from 1, of the step whose output it takes
 * @param pointer what it takes of that output; empty: all of it
 */
public record Reference(String place, int step, JsonPointer pointer) {
    private static final String KEY = "$from";

    /** The references in a tree, and what is wrong with those that are malformed. */
    public record Found(List<Reference> references, List<FieldError> malformed) {}

    /** Whether a value is a reference rather than itself. */
    public static boolean isReference(JsonNode value) {
        return value.isObject() && value.has(KEY);
    }

    /** Where references stand in a tree, well formed or not. */
    public static List<String> placesIn(JsonNode tree) {
        Found found = findAll(tree, "");
        return Stream.concat(
                        found.references.stream().map(Reference::place),
                        found.malformed.stream().map(FieldError::pointer))
                .toList();
    }

    /** @param at where the tree stands, for the pointers */
    public static Found findAll(JsonNode tree, String at) {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        collect(tree, at, found);
        return found;
    }

    private static void collect(JsonNode node, String at, Found found) {
        if (isReference(node)) {
            parse(node, at, found);
        } else if (node.isObject()) {
            node.forEachEntry((name, value) -> collect(value, Pointers.member(at, name), found));
        } else {
            for (int index = 0; index < node.size(); index++) {
                collect(node.get(index), Pointers.element(at, index), found);
            }
        }
    }

    private static void parse(JsonNode node, String at, Found found) {
        JsonNode from = node.get(KEY);
        JsonNode step = from.path("step");
        JsonNode pointer = from.path("pointer");
        if (node.size() == 1 && from.size() == 2 && step.canConvertToInt() && isPointer(pointer)) {
            found.references.add(new Reference(at, step.intValue(), JsonPointer.compile(pointer.stringValue())));
        } else {
            String form = "A reference has the form {\"$from\":{\"step\":1,\"pointer\":\"/body/id\"}}";
            found.malformed.add(new FieldError(at, form));
        }
    }

    private static boolean isPointer(JsonNode value) {
        return value.isString() && value.stringValue().matches("(/([^~/]|~[01])*)*");
    }
}
