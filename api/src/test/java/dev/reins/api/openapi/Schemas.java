package dev.reins.api.openapi;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.reins.contracts.Wire;
import dev.reins.store.MergePatch;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schemas of the document: types, nullability and words as the Java types have them, laid over with what people say of
 * them. An answer has every member, null where absent; a body is closed and may leave out what may be null; in a merge
 * patch everything may be null or left out.
 */
final class Schemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private enum Side {
        ANSWER,
        BODY,
        PATCH,
        WORDS;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Kind(Class<?> type, Side side) {}

    private final JsonNode described;
    private final Map<Kind, String> names = new HashMap<>();

    /** @param described by name: the Java type under {@code answer}, {@code body}, {@code patch} or {@code words}, and keywords */
    Schemas(JsonNode described) {
        this.described = described;
        described.forEachEntry((name, schema) -> {
            Kind kind = kind(schema);
            if (kind != null) {
                names.putIfAbsent(kind, name);
            }
        });
    }

    private static @Nullable Kind kind(JsonNode schema) {
        for (Side side : Side.values()) {
            if (schema.has(side.key())) {
                return new Kind(type(schema.get(side.key()).asString()), side);
            }
        }
        return null;
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException none) {
            throw new AssertionError("The document describes " + name + ", which does not exist", none);
        }
    }

    ObjectNode all() {
        ObjectNode all = JSON.objectNode();
        described.forEachEntry((name, schema) -> all.set(name, schema(schema)));
        return all;
    }

    private ObjectNode schema(JsonNode said) {
        ObjectNode rest = said.deepCopy().asObject();
        JsonNode example = rest.remove("example");
        Kind kind = kind(said);
        ObjectNode schema = JSON.objectNode();
        if (kind != null) {
            rest.remove(kind.side().key());
            JsonNode members = rest.remove("properties");
            schema = kind.side() == Side.WORDS
                    ? words(kind.type())
                    : record(kind, members == null ? JSON.objectNode() : members);
        }
        schema.setAll(rest);
        if (example != null) {
            schema.putArray("examples").add(example);
        }
        return schema;
    }

    private static ObjectNode words(Class<?> type) {
        ObjectNode schema = JSON.objectNode().put("type", "string");
        var words = schema.putArray("enum");
        for (Object constant : type.getEnumConstants()) {
            words.add(((Wire) constant).wire());
        }
        return schema;
    }

    private ObjectNode record(Kind kind, JsonNode members) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        List<String> required = new ArrayList<>();
        ObjectNode properties = JSON.objectNode();
        addMembers(kind, members, properties, required);
        members.forEachEntry((name, member) -> {
            if (!member.isNull() && !properties.has(name)) {
                properties.set(name, member);
            }
        });
        if (!required.isEmpty()) {
            required.forEach(schema.putArray("required")::add);
        }
        schema.set("properties", properties);
        if (kind.side() != Side.ANSWER) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private void addMembers(Kind kind, JsonNode members, ObjectNode properties, List<String> required) {
        for (RecordComponent component : kind.type().getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                addMembers(new Kind(component.getType(), kind.side()), members, properties, required);
            } else {
                addMember(kind.side(), component, members.get(component.getName()), properties, required);
            }
        }
    }

    private void addMember(
            Side side,
            RecordComponent component,
            @Nullable JsonNode said,
            ObjectNode properties,
            List<String> required) {
        if (said != null && said.isNull()) {
            return;
        }
        boolean nullable = side == Side.PATCH || isNullable(component.getAnnotatedType());
        ObjectNode schema = of(component.getGenericType(), component.getAnnotatedType(), side);
        properties.set(component.getName(), nullable(laidOver(schema, said), nullable));
        if (side == Side.ANSWER || !nullable) {
            required.add(component.getName());
        }
    }

    private static ObjectNode laidOver(ObjectNode schema, @Nullable JsonNode said) {
        if (said == null) {
            return schema;
        }
        return said.has("is") ? reference(said.get("is").asString()) : (ObjectNode) MergePatch.apply(schema, said);
    }

    private static ObjectNode nullable(ObjectNode schema, boolean nullable) {
        if (!nullable || schema.isEmpty() || schema.path("type").isArray()) {
            return schema;
        }
        if (schema.has("type")) {
            schema.set("type", JSON.arrayNode().add(schema.get("type")).add("null"));
            return schema;
        }
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(schema).add(JSON.objectNode().put("type", "null"));
        return either;
    }

    private ObjectNode of(Type type, AnnotatedType annotated, Side side) {
        Class<?> raw = type instanceof ParameterizedType of ? (Class<?>) of.getRawType() : (Class<?>) type;
        if (raw == List.class) {
            Side elements = side == Side.PATCH ? Side.BODY : side;
            return JSON.objectNode().put("type", "array").set("items", argument(type, annotated, 0, elements));
        }
        if (raw == Map.class) {
            return map(type, annotated, side);
        }
        if (raw.isEnum() || raw.isRecord()) {
            return named(raw, raw.isEnum() ? Side.WORDS : side);
        }
        return scalar(raw);
    }

    private ObjectNode map(Type type, AnnotatedType annotated, Side side) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        Class<?> keys = (Class<?>) ((ParameterizedType) type).getActualTypeArguments()[0];
        if (keys.isEnum()) {
            schema.set("propertyNames", named(keys, Side.WORDS));
        }
        return schema.set("additionalProperties", nullable(argument(type, annotated, 1, side), side == Side.PATCH));
    }

    private ObjectNode argument(Type type, AnnotatedType annotated, int index, Side side) {
        AnnotatedType argument = ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[index];
        return of(((ParameterizedType) type).getActualTypeArguments()[index], argument, side);
    }

    private ObjectNode named(Class<?> type, Side side) {
        String name = names.get(new Kind(type, side));
        if (name == null) {
            throw new AssertionError("The document has no name for " + type.getName() + " as " + side.key());
        }
        return reference(name);
    }

    static ObjectNode reference(String schema) {
        return JSON.objectNode().put("$ref", "#/components/schemas/" + schema);
    }

    private static ObjectNode scalar(Class<?> type) {
        ObjectNode schema = JSON.objectNode();
        if (type == String.class) {
            return schema.put("type", "string");
        } else if (type == Instant.class) {
            return schema.put("type", "string").put("format", "date-time");
        } else if (type == boolean.class || type == Boolean.class) {
            return schema.put("type", "boolean");
        } else if (type == int.class || type == Integer.class) {
            return schema.put("type", "integer").put("format", "int32");
        } else if (type == long.class || type == Long.class) {
            return schema.put("type", "integer").put("format", "int64");
        } else if (type == Double.class) {
            return schema.put("type", "number").put("format", "double");
        } else if (type == ObjectNode.class) {
            return schema.put("type", "object");
        } else if (JsonNode.class.isAssignableFrom(type)) {
            return schema;
        }
        throw new AssertionError("No schema is known for " + type.getName());
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }
}
