package dev.reins.api.openapi;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document that the api serves, and whether an answer stands in it. Thread-safe. */
public final class OpenApi {
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<JsonNode, Schema> compiled = new ConcurrentHashMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDialect(
            Dialects.getDraft202012(),
            builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .locale(Locale.ENGLISH)
                    .formatAssertionsEnabled(true)
                    .build()));

    /** @param path with its parameters in braces */
    public record Operation(String id, String method, String path, JsonNode node) {
        boolean isStream() {
            return node.at("/responses/200/content").has("text/event-stream");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    OpenApi(JsonNode document) {
        this.document = document.deepCopy();
        this.document.at("/components/schemas").forEach(OpenApi::close);
        this.document
                .get("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, node) -> operations.add(new Operation(
                        node.get("operationId").asString(), method.toUpperCase(Locale.ROOT), path, node))));
    }

    public static OpenApi served() {
        return new OpenApi(JSON.readTree(text()));
    }

    static String text() {
        try (InputStream document = DocumentController.class.getResourceAsStream("openapi.json")) {
            return document == null ? "{}" : new String(document.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Clients take members that they do not know; our own answers have none that the document does not know. */
    private static void close(JsonNode schema) {
        if (schema.has("properties") && !schema.has("additionalProperties")) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
    }

    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    public Operation operation(String id) {
        return operations.stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The node, or what it refers to. */
    JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : resolve(document.at(reference.substring(1)));
    }

    Stream<JsonNode> parameters(Operation operation) {
        return operation.node().path("parameters").valueStream().map(this::resolve);
    }

    /** Why an answer stands not in the document; empty if it does. */
    public List<String> faults(Operation operation, int status, String contentType, String body) {
        JsonNode response = resolve(operation.node().get("responses").path(Integer.toString(status)));
        if (response.isMissingNode()) {
            return List.of("no status " + status);
        }
        if (!response.has("content")) {
            return body.isEmpty() ? List.of() : List.of("a body for " + status);
        }
        JsonNode media = response.get("content").path(contentType);
        if (media.isMissingNode()) {
            return List.of("no content type " + contentType + " for " + status);
        }
        return contentType.endsWith("json") ? violations(media.get("schema"), body) : List.of();
    }

    private List<String> violations(JsonNode schema, String body) {
        try {
            return violations(schema, JSON.readTree(body));
        } catch (JacksonException malformed) {
            return List.of("no JSON");
        }
    }

    List<String> violations(JsonNode schema, JsonNode value) {
        return compile(schema).validate(value).stream().map(Error::toString).toList();
    }

    private Schema compile(JsonNode schema) {
        return compiled.computeIfAbsent(schema, key -> {
            ObjectNode whole = schema.deepCopy().asObject();
            whole.set("components", document.get("components"));
            return registry.getSchema(whole);
        });
    }
}
