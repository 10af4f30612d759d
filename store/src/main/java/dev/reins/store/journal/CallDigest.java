package dev.reins.store.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * SHA-256 over canonical JSON: members in the order of their names, no white space, and numbers of equal value written
 * alike, so that the same call has the same digest however its arguments were written.
 */
public final class CallDigest {
    private CallDigest() {}

    /** Of tool and arguments: what the loop guard compares. */
    public static byte[] ofCall(String tool, JsonNode input) {
        return sha256(tool + '\n' + canonical(input));
    }

    /** Of tool, arguments and estimate: what admission was asked for. */
    public static byte[] ofRequest(byte[] callDigest, long estimate) {
        MessageDigest digest = digest();
        digest.update(callDigest);
        return digest.digest(Long.toString(estimate).getBytes(StandardCharsets.UTF_8));
    }

    /** Of what a call gave: what makes calls of a repeatable tool differ. */
    public static byte[] ofOutput(JsonNode tree) {
        return sha256(canonical(tree));
    }

    static String canonical(JsonNode tree) {
        StringBuilder text = new StringBuilder();
        append(text, tree);
        return text.toString();
    }

    private static void append(StringBuilder text, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> appendObject(text, node);
            case ARRAY -> appendArray(text, node);
            case NUMBER -> text.append(node.decimalValue().stripTrailingZeros());
            default -> text.append(node);
        }
    }

    private static void appendObject(StringBuilder text, JsonNode node) {
        TreeMap<String, JsonNode> members = new TreeMap<>();
        node.forEachEntry(members::put);
        text.append('{');
        members.forEach((name, value) -> {
            text.append(JsonNodeFactory.instance.stringNode(name)).append(':');
            append(text, value);
            text.append(',');
        });
        text.append('}');
    }

    private static void appendArray(StringBuilder text, JsonNode node) {
        text.append('[');
        for (JsonNode element : node) {
            append(text, element);
            text.append(',');
        }
        text.append(']');
    }

    private static byte[] sha256(String text) {
        return digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("Every Java platform has SHA-256", absent);
        }
    }
}
