package dev.reins.activities.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.activities.tool.CallFailed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds scripts by name: {@code <name>.yaml} in the given folder, read anew whenever it has changed, else the bundled one.
 * Thread-safe.
 */
final class Scripts {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
    private static final List<String> BUNDLED = List.of("janitor", "looper", "reply", "spender");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** A file as it is now. */
    private record Edition(Path file, FileTime written, long bytes) {
        static Edition of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Edition(file, attributes.lastModifiedTime(), attributes.size());
        }
    }

    private final @Nullable Path folder;
    private final Map<String, Optional<Script>> bundled = new ConcurrentHashMap<>();
    /** A long script takes longer to parse than a step takes. */
    private final Cache<Edition, Script> read =
            Caffeine.newBuilder().maximumSize(100).build();

    Scripts(@Nullable Path folder) {
        this.folder = folder;
    }

    /** All there are; empty where there is a folder, which may gain some at any time. */
    Optional<List<String>> names() {
        return folder == null ? Optional.of(BUNDLED) : Optional.empty();
    }

    Script find(String name) throws CallFailed {
        if (!NAME.matcher(name).matches()) {
            throw noScript(name);
        }
        try {
            Optional<Script> own = inFolder(name);
            return own.or(() -> bundled.computeIfAbsent(name, Scripts::inResources))
                    .orElseThrow(() -> noScript(name));
        } catch (IOException | YAMLException | JacksonException | UncheckedIOException e) {
            throw CallFailed.forGood("The script '" + name + "' cannot be read: " + firstLine(e));
        }
    }

    private Optional<Script> inFolder(String name) throws IOException {
        if (folder == null) {
            return Optional.empty();
        }
        Path file = folder.resolve(name + ".yaml");
        return Files.isRegularFile(file) ? Optional.of(current(file)) : Optional.empty();
    }

    private Script current(Path file) throws IOException {
        Edition edition = Edition.of(file);
        Script script = read.getIfPresent(edition);
        if (script == null) {
            script = parse(Files.readString(file));
            read.put(edition, script);
        }
        return script;
    }

    private static Optional<Script> inResources(String name) {
        try (InputStream yaml = Scripts.class.getResourceAsStream("/scripts/" + name + ".yaml")) {
            return yaml == null ? Optional.empty() : Optional.of(parse(new String(yaml.readAllBytes(), UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Script parse(String yaml) {
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        if (!(tree instanceof Map<?, ?>)) {
            throw new YAMLException("It is no map with the member turns");
        }
        return JSON.treeToValue(JSON.valueToTree(tree), Script.class);
    }

    private static CallFailed noScript(String name) {
        return CallFailed.forGood(
                "There is no script '" + name + "', neither bundled nor in the folder that REINS_SCRIPTS names");
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
