package dev.reins.api.openapi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that a schema of the document allows. Where it is known what is there, mostly what is. For one thread. */
final class Values {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of("a", "scripted", "Say", "two words", "x-1", "\u00fcber", "0");

    private final OpenApi document;
    private final Map<String, List<String>> known;
    private final Random random;
    private final String operation;

    /**
     * @param known what there is, by the name of a member or parameter; by the operation's id, a dot and the name what is
     *     there for this operation alone
     * @param operation the operation's id
     */
    Values(OpenApi document, Map<String, List<String>> known, Random random, String operation) {
        this.document = document;
        this.known = known;
        this.random = random;
        this.operation = operation;
    }

    JsonNode of(String name, JsonNode given) {
        JsonNode schema = document.resolve(given);
        for (String either : List.of("oneOf", "anyOf")) {
            if (schema.has(either)) {
                return of(name, one(schema.get(either)));
            }
        }
        if (schema.has("enum")) {
            return one(schema.get("enum"));
        }
        return switch (type(schema)) {
            case "object" -> object(name, schema);
            case "array" -> array(name, schema);
            case "string" -> JSON.stringNode(text(name, schema));
            case "integer" -> JSON.numberNode(integer(schema));
            case "number" -> JSON.numberNode(schema.path("maximum").asDouble(1) * random.nextDouble());
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "null" -> JSON.nullNode();
            default -> JSON.numberNode(random.nextInt());
        };
    }

    private JsonNode one(JsonNode of) {
        return of.get(random.nextInt(of.size()));
    }

    private String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (!type.isArray()) {
            return type.asString("any");
        }
        return type.get(random.nextInt(5) == 0 ? type.size() - 1 : 0).asString();
    }

    private ObjectNode object(String name, JsonNode schema) {
        ObjectNode object = JSON.objectNode();
        if (name.equals("params")) {
            return object.put("value", random.nextInt());
        }
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        schema.path("properties").forEachEntry((member, of) -> {
            if (required.contains(member) || random.nextInt(3) == 0) {
                object.set(member, of(member, of));
            }
        });
        if (schema.path("additionalProperties").isObject() && random.nextBoolean()) {
            String key = schema.has("propertyNames")
                    ? of("", schema.get("propertyNames")).asString()
                    : "anything";
            object.set(key, of(key, schema.get("additionalProperties")));
        }
        return object;
    }

    private ArrayNode array(String name, JsonNode schema) {
        ArrayNode array = JSON.arrayNode();
        int size = Math.max(schema.path("minItems").asInt(0), random.nextInt(3));
        for (int i = 0; i < size; i++) {
            JsonNode value = of(name, schema.get("items"));
            if (array.valueStream().noneMatch(value::equals)) {
                array.add(value);
            }
        }
        return array;
    }

    private String text(String name, JsonNode schema) {
        if (schema.path("format").asString("").equals("date-time")) {
            return Instant.now().plusSeconds(random.nextInt(1_000_000) + 60).toString();
        }
        for (int attempt = 0; attempt < 20; attempt++) {
            String text = text(name);
            if (fits(text, schema)) {
                return text;
            }
        }
        return "a";
    }

    private String text(String name) {
        List<String> here = known(name);
        return here.isEmpty() || random.nextInt(8) == 0
                ? TEXTS.get(random.nextInt(TEXTS.size()))
                : here.get(random.nextInt(here.size()));
    }

    List<String> known(String name) {
        return known.getOrDefault(operation + "." + name, known.getOrDefault(name, List.of()));
    }

    private static boolean fits(String text, JsonNode schema) {
        return text.length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                && Pattern.compile(schema.path("pattern").asString(""))
                        .matcher(text)
                        .find();
    }

    private long integer(JsonNode schema) {
        long min = schema.path("minimum").asLong(Integer.MIN_VALUE);
        long max = schema.path("maximum").asLong(Integer.MAX_VALUE);
        return switch (random.nextInt(4)) {
            case 0 -> min;
            case 1 -> max;
            default -> random.nextLong(min, Math.max(min + 1, Math.min(max, min + 1000)));
        };
    }
}
