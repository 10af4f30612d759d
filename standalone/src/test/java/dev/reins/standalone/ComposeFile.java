package dev.reins.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The checkout's {@code docker-compose.yml}, read as compose reads it: merges, then variables. */
record ComposeFile(Map<String, Object> content) {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Path FILE = ROOT.resolve("docker-compose.yml");
    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:(\\$)|\\{(?<name>\\w+)(?:(?<kind>:[-?])(?<text>[^}]*))?})");

    /** @throws IllegalStateException naming a variable that is required and not given */
    static ComposeFile with(Map<String, String> variables) {
        String text = VARIABLE.matcher(text()).replaceAll(found -> Matcher.quoteReplacement(value(found, variables)));
        return new ComposeFile(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
    }

    static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How each variable is used: {@code :-} with a default, {@code :?} required. */
    static Map<String, String> variables() {
        return VARIABLE.matcher(text())
                .results()
                .filter(found -> found.group(1) == null)
                .collect(Collectors.toMap(
                        found -> found.group("name"),
                        found -> String.valueOf(found.group("kind")),
                        (one, other) -> one.equals(other) ? one : one + other,
                        TreeMap::new));
    }

    private static String value(MatchResult found, Map<String, String> variables) {
        if (found.group(1) != null) {
            return "$";
        }
        String given = variables.getOrDefault(found.group("name"), "");
        if (!given.isEmpty()) {
            return given;
        }
        if (!":-".equals(found.group("kind"))) {
            throw new IllegalStateException(found.group("name") + ": " + found.group("text"));
        }
        return found.group("text");
    }

    Set<String> services() {
        return at(content, "services").keySet();
    }

    Map<String, Object> service(String name) {
        return at(at(content, "services"), name);
    }

    /** Compose fills in after it has read the YAML: what is filled with nothing is empty, not null. */
    Map<String, String> environment(String service) {
        Map<String, String> environment = new LinkedHashMap<>();
        at(service(service), "environment")
                .forEach((name, value) -> environment.put(
                        name, Objects.requireNonNullElse(value, "").toString()));
        return environment;
    }

    /** Empty where there is none of this name. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> at(Map<String, Object> map, String name) {
        return (Map<String, Object>) map.getOrDefault(name, Map.of());
    }
}
