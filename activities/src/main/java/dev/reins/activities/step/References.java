package dev.reins.activities.step;

import java.util.Optional;
import java.util.function.IntFunction;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Resolves {@code {"$from": {"step": 1, "pointer": "/body/id"}}} to what an earlier step of the plan gave,
 * for one input.
 */
final class References {
    private static final String FROM = "$from";

    /** A reference that leads to nothing. The message is a sentence. */
    static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1;

        Unresolved(String message) {
            super(message);
        }
    }

    private final IntFunction<Optional<JsonNode>> outputs;
    /** The output that was read last: an input that refers to many steps must not keep all that they gave. */
    private int lastStep;

    private Optional<JsonNode> last = Optional.empty();
    private long length;

    /** @param outputs the recorded output of a plan step, from 1 */
    References(IntFunction<Optional<JsonNode>> outputs) {
        this.outputs = outputs;
    }

    JsonNode resolve(JsonNode node) throws Unresolved {
        return switch (node) {
            case ObjectNode object -> isReference(object) ? follow(object.path(FROM)) : resolveMembers(object);
            case ArrayNode array -> {
                ArrayNode resolved = JsonNodeFactory.instance.arrayNode();
                for (JsonNode item : array) {
                    resolved.add(resolve(item));
                }
                yield resolved;
            }
            default -> node;
        };
    }

    private static boolean isReference(ObjectNode object) {
        return object.size() == 1 && object.has(FROM);
    }

    private JsonNode resolveMembers(ObjectNode object) throws Unresolved {
        ObjectNode resolved = JsonNodeFactory.instance.objectNode();
        for (var member : object.properties()) {
            resolved.set(member.getKey(), resolve(member.getValue()));
        }
        return resolved;
    }

    private JsonNode follow(JsonNode from) throws Unresolved {
        int step = from.path("step").asInt(0);
        String pointer = from.path("pointer").asString("");
        JsonNode output = output(step)
                .orElseThrow(() -> new Unresolved("Step " + step + ", whose output is referred to, has none"));
        JsonNode value = output.at(compiled(pointer));
        if (value.isMissingNode()) {
            throw new Unresolved("The output of step " + step + " has nothing at " + pointer);
        }
        // Each time, as it will stand in the input each time.
        length += value.toString().length();
        if (length > Outputs.MAX_LENGTH) {
            throw new Unresolved(
                    "All that the input refers to is more than " + Outputs.MAX_LENGTH + " characters of JSON");
        }
        return value.deepCopy();
    }

    private Optional<JsonNode> output(int step) {
        if (step != lastStep) {
            last = Optional.empty();
            last = outputs.apply(step);
            lastStep = step;
        }
        return last;
    }

    private static JsonPointer compiled(String pointer) throws Unresolved {
        try {
            return JsonPointer.compile(pointer);
        } catch (IllegalArgumentException e) {
            throw new Unresolved("'" + pointer + "' is no JSON pointer");
        }
    }
}
