package dev.reins.standalone;

import static dev.reins.standalone.ComposeFile.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.SearchAttributes;
import dev.reins.standalone.temporal.DevServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What can be said of the compose file and the images without a container engine. */
class ComposeTest {
    private static final Map<String, String> SECRETS = Map.of("POSTGRES_PASSWORD", "pw", "REINS_ADMIN_KEY", "key");
    private static final ComposeFile COMPOSE = ComposeFile.with(SECRETS);
    private static final Pattern READ = Pattern.compile("\\$\\{((?:REINS|SENTRY)_\\w+)");
    /** A container's ports are its own, and a folder of scripts is a volume to be added. */
    private static final Set<String> FIXED = Set.of("REINS_API_PORT", "REINS_MANAGEMENT_PORT", "REINS_SCRIPTS");

    private static final Pattern ATTRIBUTES = Pattern.compile("for name in ([\\w ]+);");

    @Test
    void startOrderWaitsForHealthAndForStepsThatEnd() {
        for (String service : COMPOSE.services()) {
            at(COMPOSE.service(service), "depends_on").forEach((other, how) -> {
                assertThat(COMPOSE.services()).contains(other);
                assertThat(String.valueOf(how))
                        .as("%s waits for %s", service, other)
                        .contains(conditionFor(other));
            });
        }
    }

    private static String conditionFor(String service) {
        return "no".equals(COMPOSE.service(service).get("restart"))
                ? "service_completed_successfully"
                : "service_healthy";
    }

    @Test
    void whateverIsWaitedForHasAHealthCheck() {
        for (String service : List.of("postgres", "temporal")) {
            assertThat(COMPOSE.service(service)).containsKey("healthcheck");
        }
        for (String name : List.of("api", "worker")) {
            assertThat(String.join(" ", ImageFile.target(name).healthCheck())).contains("/actuator/health/readiness");
        }
    }

    @Test
    void secretsAreAskedForAndNeverGiven() throws IOException {
        assertThat(ComposeFile.variables())
                .containsEntry("POSTGRES_PASSWORD", ":?")
                .containsEntry("REINS_ADMIN_KEY", ":?");
        assertThatThrownBy(() -> ComposeFile.with(Map.of("POSTGRES_PASSWORD", "pw")))
                .hasMessageContaining("REINS_ADMIN_KEY");
        String example = Files.readString(ComposeFile.ROOT.resolve(".env.example"));
        assertThat(example).contains("\nPOSTGRES_PASSWORD=\n", "\nREINS_ADMIN_KEY=\n");
        assertThat(ComposeFile.variables().keySet())
                .allSatisfy(name -> assertThat(example).containsPattern("(?m)^(# )?" + name + "="));
    }

    @Test
    void temporalIsSetAsTheDevServerIs() {
        Map<String, Object> configs = at(at(COMPOSE.content(), "configs"), "temporal-dynamic-config");
        Map<String, Object> settings = new Yaml().load((String) configs.get("content"));
        List<String> devServer = DevServer.command(Path.of("t"), 1, 2, Path.of("d"), Path.of("l"))
                .line();
        List<String> composed = settings.entrySet().stream()
                .map(entry ->
                        entry.getKey() + "=" + json(((Map<?, ?>) ((List<?>) entry.getValue()).getFirst()).get("value")))
                .toList();

        assertThat(composed)
                .containsExactlyInAnyOrderElementsOf(devServer.stream()
                        .filter(word -> word.matches("(history|matching)\\..*"))
                        .toList());
    }

    private static String json(Object value) {
        return Stack.json().writeValueAsString(value);
    }

    @Test
    void theNamespaceHasTheSearchAttributesAndKeepsRunsForThirtyDays() {
        String script = String.valueOf(COMPOSE.service("temporal-namespace").get("command"));
        var names = ATTRIBUTES.matcher(script);

        assertThat(names.find()).isTrue();
        assertThat(names.group(1).split(" "))
                .containsExactlyInAnyOrderElementsOf(
                        SearchAttributes.ALL.stream().map(key -> key.getName()).toList());
        assertThat(script).contains("--type Keyword");
        assertThat(COMPOSE.environment("temporal-namespace")).containsEntry("RETENTION", "30d");
    }

    @Test
    void aNamespaceThatIsThereKeepsItsRetention(@TempDir Path folder) throws Exception {
        assertThat(asked(folder, "exit 0"))
                .anyMatch(call -> call.startsWith("operator search-attribute create"))
                .noneMatch(call -> call.contains("--retention"));
    }

    @Test
    void aNewNamespaceIsMadeWithARetention(@TempDir Path folder) throws Exception {
        assertThat(asked(folder, "test \"$3\" != describe"))
                .contains("operator namespace create -n default --retention 30d");
    }

    /** What the namespace's script asks of Temporal's command line, which answers as told and lists nothing. */
    private static List<String> asked(Path folder, String answer) throws Exception {
        Path temporal = folder.resolve("temporal");
        Path calls = folder.resolve("calls");
        Files.writeString(temporal, "#!/bin/sh\necho \"$@\" >> '" + calls + "'\n" + answer + "\n");
        assertThat(temporal.toFile().setExecutable(true)).isTrue();
        var script = (List<?>) COMPOSE.service("temporal-namespace").get("command");
        ProcessBuilder shell = new ProcessBuilder("sh", "-euc", String.valueOf(script.getFirst()));
        shell.environment().putAll(COMPOSE.environment("temporal-namespace"));
        shell.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        assertThat(shell.start().waitFor()).isZero();
        return Files.readAllLines(calls);
    }

    @Test
    void postgresIsToldThatItsDataLieInItsVolume() {
        assertThat((List<?>) COMPOSE.service("postgres").get("volumes"))
                .hasToString("[postgres-data:" + COMPOSE.environment("postgres").get("PGDATA") + "]");
    }

    @Test
    void portsAreOpenOnThisMachineAlone() {
        for (String service : COMPOSE.services()) {
            Object ports = COMPOSE.service(service).getOrDefault("ports", List.of());
            assertThat((List<?>) ports)
                    .allSatisfy(port -> assertThat(String.valueOf(port)).startsWith("127.0.0.1:"));
        }
    }

    @Test
    void imagesOfOthersAreOfAVersion() {
        List<String> others = COMPOSE.services().stream()
                .map(COMPOSE::service)
                .filter(service -> !service.containsKey("build"))
                .map(service -> String.valueOf(service.get("image")))
                .toList();

        assertThat(others).hasSize(5).allSatisfy(image -> assertThat(image).matches("[a-z/-]+:[0-9][0-9.]*(-alpine)?"));
    }

    @Test
    void ourImagesAreTargetsThatRunAsNobodyElse() {
        for (String name : List.of("api", "worker")) {
            ImageFile image = ImageFile.target(name);
            assertThat(at(COMPOSE.service(name), "build")).containsEntry("target", name);
            assertThat(image.all("USER")).containsExactly("reins");
            assertThat(image.entrypoint()).startsWith("java");
            assertThat(image.all("COPY"))
                    .extracting(line -> line.replaceFirst(".*/(\\S+)/ \\./", "$1"))
                    .containsExactly("dependencies", "spring-boot-loader", "snapshot-dependencies", "application");
        }
    }

    @Test
    void imagesTellTheCommitThatTheyAreToldAndNoneOtherwise(@TempDir Path folder) throws Exception {
        for (String name : List.of("api", "worker")) {
            assertThat(at(at(COMPOSE.service(name), "build"), "args")).containsKey("REINS_COMMIT");
        }
        Path told = folder.resolve("operations/src/main/resources/git.properties");
        Files.createDirectories(told.getParent());

        write(folder, "");
        assertThat(told).doesNotExist();

        write(folder, "5ca82f9a0e0b3d1f4b6c7d8e9f00112233445566");
        Properties written = new Properties();
        written.load(Files.newBufferedReader(told));
        assertThat(written)
                .containsOnly(
                        Map.entry("git.commit.id.full", "5ca82f9a0e0b3d1f4b6c7d8e9f00112233445566"),
                        Map.entry("git.commit.id.abbrev", "5ca82f9"));
    }

    /** Does what the build of the images does before it compiles. */
    private static void write(Path folder, String commit) throws Exception {
        String command = ImageFile.target("build").all("RUN").stream()
                .filter(line -> line.contains("REINS_COMMIT"))
                .findFirst()
                .orElseThrow();
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
        shell.environment().put("REINS_COMMIT", commit);
        assertThat(shell.start().waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "worker"})
    void apiAndWorkerAreGivenTheVariablesTheyReadAndNoOther(String name) throws IOException {
        Stream<String> given = Stream.concat(
                COMPOSE.environment(name).keySet().stream(),
                ImageFile.target(name).environment().keySet().stream().filter(key -> key.startsWith("REINS_")));
        List<String> read = READ.matcher(settings(name) + settings("operations"))
                .results()
                .map(found -> found.group(1))
                .filter(variable -> !FIXED.contains(variable))
                .toList();

        assertThat(given).containsExactlyInAnyOrderElementsOf(read);
    }

    private static String settings(String module) throws IOException {
        return Files.readString(ComposeFile.ROOT.resolve(module + "/src/main/resources/reins-" + module + ".yml"));
    }
}
