package dev.reins.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The committed document is what the code says. With {@code -Dreins.openapi.write=true} it is written anew first. */
class DocumentTest {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Path COMMITTED = Path.of("../docs/openapi.json");
    private static final String WRITE = "reins.openapi.write";
    private static final String STREAM = "text/event-stream";
    private static RunningApi api;
    private static String written;

    @BeforeAll
    static void write() throws IOException {
        api = RunningApi.withoutTemporal();
        var mappings = api.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        try (InputStream described = DocumentTest.class.getResourceAsStream("described.json")) {
            written = JSON.writeValueAsString(new DocumentWriter(mappings, JSON.readTree(described)).write()) + "\n";
        }
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(COMMITTED, written);
        }
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void committedDocumentIsWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(COMMITTED))
                .as("run the command that docs/REST.md names to write docs/openapi.json anew")
                .isEqualTo(written);
    }

    @Test
    @DisabledIfSystemProperty(named = WRITE, matches = "true", disabledReason = "the api still has the old one")
    void servesTheDocumentWithoutAKey() {
        var answer = api.get("", "/v3/api-docs");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.response().body()).isEqualTo(OpenApi.text());
        assertThat(answer.json().get("openapi").asString()).startsWith("3.1");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        JsonNode document = JSON.readTree(written);

        assertThat(document.findValuesAsString("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void everySchemaHasAnExampleThatIsOne() {
        JsonNode document = JSON.readTree(written);
        OpenApi openApi = new OpenApi(document);
        document.at("/components/schemas").forEachEntry((name, schema) -> {
            assertThat(schema.has("enum") || schema.has("examples")).as(name).isTrue();
            for (JsonNode example : schema.path("examples")) {
                assertThat(openApi.violations(Schemas.reference(name), example))
                        .as(name)
                        .isEmpty();
            }
        });
    }

    @Test
    void everyBodyAndAnswerHasAnExampleThatIsOne() {
        JsonNode document = JSON.readTree(written);
        OpenApi openApi = new OpenApi(document);
        for (JsonNode content : contents(document)) {
            content.forEachEntry((type, media) -> {
                assertThat(media.has("example") || media.has("examples"))
                        .as(type + " " + media)
                        .isTrue();
                examples(media)
                        .forEach(example -> assertThat(openApi.violations(media.get("schema"), example))
                                .as(example.toString())
                                .isEmpty());
            });
        }
    }

    @Test
    void everyErrorCodeHasAnExampleOfItsAnswer() {
        JsonNode document = JSON.readTree(written);
        Set<String> shown = contents(document).stream()
                .map(content -> content.path("application/problem+json"))
                .filter(JsonNode::isObject)
                .flatMap(media -> examples(media).stream())
                .map(problem -> problem.get("code").asString())
                .collect(Collectors.toSet());

        assertThat(document.at("/components/schemas/ErrorCode/enum").valueStream())
                .extracting(JsonNode::asString)
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(shown);
    }

    @Test
    void everyStreamsExampleTellsARowOfTheList() {
        JsonNode document = JSON.readTree(written);
        OpenApi openApi = new OpenApi(document);
        List<JsonNode> streams = contents(document).stream()
                .filter(content -> content.has(STREAM))
                .toList();

        assertThat(streams).hasSize(2).allSatisfy(content -> {
            JsonNode row = content.at("/application~1json/schema/properties/data/items");
            JsonNode event = JSON.readTree(line(content.get(STREAM), "data"));
            assertThat(openApi.violations(row, event)).isEmpty();
            assertThat(line(content.get(STREAM), "event"))
                    .isEqualTo(event.get("type").asString());
            assertThat(line(content.get(STREAM), "id"))
                    .isEqualTo(event.path("id").asString(event.get("seq").asString()));
        });
    }

    private static String line(JsonNode media, String field) {
        return media.get("example")
                .asString()
                .lines()
                .filter(line -> line.startsWith(field + ": "))
                .map(line -> line.substring(field.length() + 2))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> contents(JsonNode document) {
        return document.findValues("content").stream()
                .filter(DocumentTest::isContent)
                .toList();
    }

    private static List<JsonNode> examples(JsonNode media) {
        return media.has("example")
                ? List.of(media.get("example"))
                : media.get("examples")
                        .valueStream()
                        .map(example -> example.get("value"))
                        .toList();
    }

    private static boolean isContent(JsonNode node) {
        return node.isObject() && node.propertyNames().stream().anyMatch(name -> name.contains("/"));
    }

    @Test
    void namesNothingThatComesLater() {
        assertThat(written).doesNotContain("/approvals", "/questions", "/schedule\"", "/bulk");
        assertThat(JSON.readTree(written)
                        .at("/paths/~1api~1projects~1{projectId}~1agent-runs~1{runId}~1messages")
                        .has("post"))
                .isFalse();
    }

    @Test
    void showsSwaggerUiOnlyWhereItIsAskedFor() {
        assertThat(api.get("", "/swagger-ui/index.html").status()).isEqualTo(404);

        try (RunningApi showing = RunningApi.withoutTemporal("--REINS_API_SWAGGER_UI=true")) {
            assertThat(showing.get("", "/swagger-ui/index.html").response().body())
                    .contains("swagger-ui-bundle.js");
            assertThat(showing.get("", "/swagger-ui/swagger-initializer.js")
                            .response()
                            .body())
                    .contains("/v3/api-docs")
                    .doesNotContain("petstore");
            assertThat(showing.get("", "/swagger-ui/swagger-ui.css").status()).isEqualTo(200);
            assertThat(showing.get("", "/swagger-ui/nothing").status()).isEqualTo(404);
        }
    }
}
