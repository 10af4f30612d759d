package dev.reins.api.web;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.Wire;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the values of query parameters; what it cannot read is a 400 that names the parameter. */
public final class Query {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private Query() {}

    /** A whole number from {@code min} to {@code max}; {@code ifAbsent} where nothing is given. */
    public static int number(String name, @Nullable String value, int min, int max, int ifAbsent) {
        if (value == null) {
            return ifAbsent;
        }
        if (DIGITS.matcher(value).matches()) {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw RequestRejected.invalid(name, name + " is a whole number from " + min + " to " + max);
    }

    public static @Nullable Instant instant(String name, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return withinPostgres(OffsetDateTime.parse(value).toInstant(), name);
        } catch (DateTimeException e) {
            throw RequestRejected.invalid(name, name + " is a time such as 2026-01-31T12:00:00Z");
        }
    }

    private static Instant withinPostgres(Instant instant, String name) {
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        if (year < 1 || year > 9999) {
            throw RequestRejected.invalid(name, name + " lies in the years 1 to 9999");
        }
        return instant;
    }

    /** {@code true} or {@code false}; nothing given is false. */
    public static boolean flag(String name, @Nullable String value) {
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw RequestRejected.invalid(name, name + " is true or false");
    }

    /** Words of the contract, separated by commas; none given is the empty set, which stands for all. */
    public static <E extends Enum<E> & Wire> Set<E> words(String name, @Nullable String value, Class<E> type) {
        if (value == null) {
            return Set.of();
        }
        return Arrays.stream(value.split(",", -1))
                .map(word -> Wire.find(type, word).orElseThrow(() -> unknownWord(name, word, type)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static <E extends Enum<E> & Wire> RequestRejected unknownWord(String name, String word, Class<E> type) {
        String known = Arrays.stream(type.getEnumConstants()).map(Wire::wire).collect(Collectors.joining(", "));
        return RequestRejected.invalid(name, "'" + word + "' is none of " + known);
    }
}
