package dev.reins.store;

import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.Wire;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares a JSON tree with a record type, converting nothing: every unknown or missing member and every value of another
 * type is a fault of its own. Knows records, lists, maps, texts, whole and other numbers, booleans, instants and the
 * contract's enumerations; a component declared as a JSON tree takes anything.
 */
final class RecordShape {
    private static final int MAX_ERRORS = 100;
    private static final Instant LAST_INSTANT = Instant.parse("9999-12-31T23:59:59Z");

    /** Reading a record's components and their annotations takes far longer than comparing a value with them. */
    private static final ClassValue<Map<String, Member>> MEMBERS = new ClassValue<>() {
        @Override
        protected Map<String, Member> computeValue(Class<?> type) {
            Map<String, Member> members = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                members.put(component.getName(), Member.of(component));
            }
            return members;
        }
    };

    private record Member(String name, Type type, AnnotatedType annotated, boolean nullable) {
        static Member of(RecordComponent component) {
            AnnotatedType annotated = component.getAnnotatedType();
            return new Member(component.getName(), component.getGenericType(), annotated, isNullable(annotated));
        }
    }

    private final List<FieldError> errors = new ArrayList<>();
    private final boolean partial;

    private RecordShape(boolean partial) {
        this.partial = partial;
    }

    static List<FieldError> check(JsonNode tree, Class<?> type) {
        return check(new RecordShape(false), tree, type);
    }

    /** As {@link #check}, of a merge patch: everything may be missing, or be null, which takes it away. */
    static List<FieldError> checkPatch(JsonNode patch, Class<?> type) {
        return check(new RecordShape(true), patch, type);
    }

    private static List<FieldError> check(RecordShape shape, JsonNode tree, Class<?> type) {
        shape.visit("", tree, type, null);
        return shape.errors.stream().limit(MAX_ERRORS).toList();
    }

    private void visit(String pointer, JsonNode node, Type type, @Nullable AnnotatedType annotated) {
        Class<?> raw = raw(type);
        if (JsonNode.class.isAssignableFrom(raw)) {
            expect(raw.isInstance(node), pointer, "must be a JSON object");
        } else if (Collection.class.isAssignableFrom(raw)) {
            visitList(pointer, node, type, annotated);
        } else if (Map.class.isAssignableFrom(raw)) {
            visitMap(pointer, node, type, annotated);
        } else if (raw.isRecord() && node.isObject()) {
            visitRecord(pointer, node, raw);
        } else {
            visitScalar(pointer, node, raw);
        }
    }

    private void visitRecord(String pointer, JsonNode node, Class<?> type) {
        Map<String, Member> members = MEMBERS.get(type);
        members.forEach((name, member) -> visitMember(Pointers.member(pointer, name), node.get(name), member));
        for (String name : node.propertyNames()) {
            if (!members.containsKey(name)) {
                Set<String> known = new TreeSet<>(members.keySet());
                add(Pointers.member(pointer, name), "'%s' is not known here; known are %s".formatted(name, known));
            }
        }
    }

    private void visitMember(String pointer, @Nullable JsonNode value, Member member) {
        if (value != null && !value.isNull()) {
            visit(pointer, value, member.type(), member.annotated());
        } else if (!partial && !member.nullable()) {
            add(pointer, member.name() + " is required");
        }
    }

    private void visitList(String pointer, JsonNode node, Type type, @Nullable AnnotatedType annotated) {
        if (!node.isArray()) {
            add(pointer, name(pointer) + " must be a list");
            return;
        }
        for (int index = 0; index < node.size(); index++) {
            visitEntry(Pointers.element(pointer, index), node.get(index), type, annotated, 0);
        }
    }

    private void visitMap(String pointer, JsonNode node, Type type, @Nullable AnnotatedType annotated) {
        if (!node.isObject()) {
            add(pointer, name(pointer) + " must be a JSON object");
            return;
        }
        Class<?> keys = raw(argument(type, 0));
        node.forEachEntry((name, value) -> {
            String at = Pointers.member(pointer, name);
            if (keys.isEnum() && !words(keys).contains(name)) {
                add(at, "'%s' is not known here; known are %s".formatted(name, words(keys)));
            } else {
                visitEntry(at, value, type, annotated, 1);
            }
        });
    }

    private void visitEntry(
            String pointer, JsonNode value, Type type, @Nullable AnnotatedType annotated, int argument) {
        AnnotatedType entry = annotated instanceof AnnotatedParameterizedType parameterized
                ? parameterized.getAnnotatedActualTypeArguments()[argument]
                : null;
        if (!value.isNull()) {
            visit(pointer, value, argument(type, argument), entry);
        } else if (!partial && !isNullable(entry)) {
            add(pointer, name(pointer) + " must not be null");
        }
    }

    private void visitScalar(String pointer, JsonNode node, Class<?> type) {
        if (type == String.class) {
            expect(node.isString(), pointer, "must be a text");
        } else if (type == boolean.class || type == Boolean.class) {
            expect(node.isBoolean(), pointer, "must be true or false");
        } else if (type == int.class || type == Integer.class) {
            expect(node.isIntegralNumber() && node.canConvertToInt(), pointer, wholeNumber(node, Integer.MAX_VALUE));
        } else if (type == long.class || type == Long.class) {
            expect(node.isIntegralNumber() && node.canConvertToLong(), pointer, wholeNumber(node, Long.MAX_VALUE));
        } else if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            expect(node.isNumber(), pointer, "must be a number");
        } else if (type.isEnum()) {
            expect(
                    node.isString() && words(type).contains(node.stringValue()),
                    pointer,
                    "must be one of " + words(type));
        } else if (type == Instant.class) {
            expect(isInstant(node), pointer, "must be a time in UTC such as 2026-01-31T12:00:00Z");
        } else if (type.isRecord()) {
            expect(
                    isSimple(type) && node.isString(),
                    pointer,
                    isSimple(type) ? "must be a text" : "must be a JSON object");
        } else {
            throw new IllegalArgumentException("No JSON is bound to " + type);
        }
    }

    private static String wholeNumber(JsonNode node, long max) {
        return node.isIntegralNumber() ? "must be at most " + max + " in size" : "must be a whole number";
    }

    /** A record of one text, such as an id, is that text in JSON. */
    private static boolean isSimple(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1
                && components[0].getType() == String.class
                && components[0].getName().equals("value");
    }

    private static boolean isInstant(JsonNode node) {
        try {
            return node.isString() && !Instant.parse(node.stringValue()).isAfter(LAST_INSTANT);
        } catch (DateTimeParseException malformed) {
            return false;
        }
    }

    private static Set<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant instanceof Wire wire ? wire.wire() : constant.toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void expect(boolean asExpected, String pointer, String otherwise) {
        if (!asExpected) {
            add(pointer, name(pointer) + " " + otherwise);
        }
    }

    private void add(String pointer, String message) {
        errors.add(new FieldError(pointer, message));
    }

    private static String name(String pointer) {
        if (pointer.isEmpty()) {
            return "The body";
        }
        String last = Pointers.last(pointer);
        return last.matches("[0-9]+") ? "This element" : last;
    }

    private static boolean isNullable(@Nullable AnnotatedType type) {
        return type != null && type.isAnnotationPresent(Nullable.class);
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
            default -> throw new IllegalArgumentException("No JSON is bound to " + type);
        };
    }
}
