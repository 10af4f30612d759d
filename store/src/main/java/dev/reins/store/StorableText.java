package dev.reins.store;

import dev.reins.contracts.RequestRejected.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Finds what PostgreSQL's jsonb cannot hold: NUL characters, lone surrogates, numbers beyond reason. */
final class StorableText {
    private static final int MAX_SCALE = 400;

    private final List<FieldError> errors = new ArrayList<>();

    private StorableText() {}

    static List<FieldError> check(JsonNode tree) {
        StorableText check = new StorableText();
        check.visit("", tree);
        return check.errors;
    }

    private void visit(String pointer, JsonNode node) {
        switch (node.getNodeType()) {
            case STRING -> add(pointer, fault(node.stringValue(), "The text"));
            case NUMBER -> add(pointer, fault(node));
            case OBJECT -> node.forEachEntry((name, value) -> visitMember(pointer, name, value));
            case ARRAY -> {
                for (int index = 0; index < node.size(); index++) {
                    visit(Pointers.element(pointer, index), node.get(index));
                }
            }
            default -> {}
        }
    }

    private void visitMember(String parent, String name, JsonNode value) {
        String fault = fault(name, "A member's name");
        if (fault == null) {
            visit(Pointers.member(parent, name), value);
        } else {
            add(parent, fault);
        }
    }

    private void add(String pointer, @Nullable String fault) {
        if (fault != null) {
            errors.add(new FieldError(pointer, fault));
        }
    }

    private static @Nullable String fault(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return what + " contains a NUL character";
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return what + " contains half of a surrogate pair";
            }
        }
        return null;
    }

    private static @Nullable String fault(JsonNode number) {
        BigDecimal value = number.decimalValue();
        boolean sane = Math.abs(value.scale()) <= MAX_SCALE && Double.isFinite(value.doubleValue());
        return sane ? null : "The number is out of range";
    }
}
