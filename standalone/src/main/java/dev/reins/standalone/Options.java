package dev.reins.standalone;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be started, and where: the command line over the environment over the defaults.
 *
 * @param home the data folder
 * @param apiPort 0 takes a free one, as with the other ports
 * @param address an existing Temporal's host:port, null for a dev server of our own
 * @param databaseUrl an existing PostgreSQL, null for one of our own
 * @param once the demo ends after its play instead of staying up, with a status that says whether it went as it should
 */
public record Options(
        Verb verb,
        Path home,
        int apiPort,
        int temporalPort,
        int uiPort,
        int workers,
        @Nullable String address,
        @Nullable String databaseUrl,
        boolean once) {
    /** What the launcher is asked to do. */
    public enum Verb {
        DEMO,
        UP
    }

    private static final Set<String> NAMED =
            Set.of("--home", "--api-port", "--temporal-port", "--ui-port", "--workers", "--address", "--database-url");

    /** @throws CannotStart if an option is unknown or has a value that it cannot have */
    public static Options parse(List<String> arguments, Map<String, String> environment) {
        Deque<String> rest = new ArrayDeque<>(arguments);
        Verb verb = verb(rest.poll());
        Map<String, String> named = new HashMap<>();
        boolean once = false;
        while (!rest.isEmpty()) {
            String argument = rest.pop();
            if (argument.equals("--once") && verb == Verb.DEMO) {
                once = true;
            } else {
                readNamed(argument, rest, named);
            }
        }
        return new GivenOptions(named, environment).options(verb, once);
    }

    private static Verb verb(@Nullable String word) {
        return switch (word == null ? "" : word) {
            case "demo" -> Verb.DEMO;
            case "up" -> Verb.UP;
            default -> throw new CannotStart("Say demo or up; ./reins help explains both.");
        };
    }

    private static void readNamed(String argument, Deque<String> rest, Map<String, String> named) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        if (!NAMED.contains(name)) {
            throw new CannotStart("There is no option " + name + "; ./reins help lists them.");
        }
        String value = equals < 0 ? rest.poll() : argument.substring(equals + 1);
        if (value == null || value.isBlank() || (equals < 0 && value.startsWith("--"))) {
            throw new CannotStart("The option " + name + " needs a value.");
        }
        named.put(name, value);
    }
}
