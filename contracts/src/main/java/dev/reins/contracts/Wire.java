package dev.reins.contracts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** An enumerated word of the contract: on the wire, in the database and in Temporal it is the constant's name in lower case. */
public interface Wire {
    String name();

    @JsonValue
    default String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The constant of {@code type} that is written as {@code text}. */
    static <E extends Enum<E> & Wire> Optional<E> find(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.wire().equals(text)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    /**
     * The constant of {@code type} that is written as {@code text}.
     *
     * @throws IllegalArgumentException if there is none
     */
    static <E extends Enum<E> & Wire> E of(Class<E> type, String text) {
        return find(type, text)
                .orElseThrow(() -> new IllegalArgumentException("No " + type.getSimpleName() + " '" + text + "'"));
    }
}
