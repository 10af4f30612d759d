package dev.reins.api.openapi;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What no well-meaning client sends. For one thread. */
final class Hostile {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "\ud800",
            "'; drop table runs; --",
            "../../etc/passwd",
            "%",
            "${jndi:ldap://x}",
            "<script>",
            "\u202Eabc",
            "\u0661",
            "\uD83D\uDE00",
            "null",
            "-1",
            "1e400",
            "x".repeat(129),
            "x".repeat(201),
            "x".repeat(2001),
            "\n\r\t");
    private static final List<String> NUMBERS =
            List.of("-1", "0", "1.5", "2147483648", "9223372036854775808", "1000000000001", "1e400", "-0", "1E3");
    private static final List<String> BODIES = List.of(
            "",
            " ",
            "{",
            "{}",
            "[]",
            "null",
            "1",
            "\"\"",
            "{\"a\":1,\"a\":2}",
            "{\"reason\":\"\\u0000\"}",
            "{\"reason\":\"\\ud800\"}",
            "{\"amount\":1e400}",
            "{} {}",
            "{\"limits\":{\"maxSteps\":NaN}}",
            "{\"__proto__\":{}}",
            "[".repeat(200) + "]".repeat(200),
            "{\"plan\":" + "[".repeat(90) + "]".repeat(90) + "}",
            "\ufeff{}",
            "{\"x\":" + "9".repeat(2000) + "}");

    private final Random random;

    Hostile(Random random) {
        this.random = random;
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    String text() {
        return one(TEXTS);
    }

    /** A header's value: those that a client can send at all. */
    String headerText() {
        return one(List.of("x".repeat(256), "x".repeat(300), "\u00e9", "*/*", "\"", "W/\"1\"", "-1", "0", "x y"));
    }

    byte[] body() {
        return switch (random.nextInt(12)) {
            case 0 -> noise(random.nextInt(64) + 1);
            case 1 -> random.nextInt(8) == 0 ? new byte[(1 << 20) + 1] : new byte[] {'"', (byte) 0xC3, '"'};
            default -> one(BODIES).getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /** The tree with one thing changed somewhere in it. */
    JsonNode changed(JsonNode tree) {
        if (tree.isContainer() && !tree.isEmpty() && random.nextInt(4) > 0) {
            return tree.isObject() ? changedWithin(tree.asObject()) : changedWithin((ArrayNode) tree);
        }
        return tree.isObject() && random.nextBoolean() ? withUnknown(tree.asObject()) : other();
    }

    private ObjectNode changedWithin(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        String name = one(List.copyOf(object.propertyNames()));
        if (random.nextInt(4) == 0) {
            copy.remove(name);
        } else {
            copy.set(name, changed(object.get(name)));
        }
        return copy;
    }

    private ArrayNode changedWithin(ArrayNode array) {
        ArrayNode copy = array.deepCopy();
        int index = random.nextInt(array.size());
        if (random.nextInt(4) == 0) {
            copy.add(array.get(index));
        } else {
            copy.set(index, changed(array.get(index)));
        }
        return copy;
    }

    private ObjectNode withUnknown(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.set(one(List.of("unknown", "id", "version", "createdAt", "")), other());
        return copy;
    }

    JsonNode other() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(6)) {
            case 0 -> json.nullNode();
            case 1 -> json.booleanNode(random.nextBoolean());
            case 2 -> json.arrayNode();
            case 3 -> json.objectNode();
            case 4 -> json.numberNode(new BigDecimal(one(NUMBERS)));
            default -> json.stringNode(text());
        };
    }
}
