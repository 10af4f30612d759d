package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of settings in the operations guide names what api and workers read, with the defaults that they have. */
class SettingsTableTest {
    private static final Pattern READ = Pattern.compile("\\$\\{([A-Z][A-Z_]+):([^}]*)}");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([a-z, ]+) \\| (?:`([^`]*)`|none) \\| [^|]+ \\| [^|]+ \\|$");

    @ParameterizedTest
    @ValueSource(strings = {"api", "worker"})
    void theTableSaysWhatIsRead(String module) throws IOException {
        String settings = settings(module) + settings("operations");
        Map<String, String> read = READ.matcher(settings)
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1), found -> found.group(2), (one, other) -> one, TreeMap::new));

        assertThat(table(module)).isEqualTo(read);
    }

    private static String settings(String module) throws IOException {
        return Files.readString(ComposeFile.ROOT.resolve(module + "/src/main/resources/reins-" + module + ".yml"));
    }

    private static Map<String, String> table(String module) throws IOException {
        String guide = Files.readString(ComposeFile.ROOT.resolve("docs/OPERATIONS.md"));
        return ROW.matcher(guide)
                .results()
                .filter(row -> List.of(row.group(2).split(", ")).contains(module))
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(3) == null ? "" : row.group(3),
                        (one, other) -> one + " and " + other,
                        TreeMap::new));
    }
}
