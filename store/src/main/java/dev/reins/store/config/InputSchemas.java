package dev.reins.store.config;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.Pointers;
import dev.reins.store.StoredJson;
import dev.reins.store.journal.Reference;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Checks inputs against the tools' JSON Schemas, compiled once each. Thread-safe. */
final class InputSchemas {
    private static final int MAX_ERRORS = 100;
    private static final Set<String> ABOUT_A_MEMBER =
            Set.of("required", "additionalProperties", "unevaluatedProperties");
    /** What can be said of an object or array without knowing the values in it. */
    private static final Set<String> STRUCTURAL = Set.of(
            "type",
            "required",
            "additionalProperties",
            "propertyNames",
            "dependentRequired",
            "minProperties",
            "maxProperties",
            "minItems",
            "maxItems");

    private final SchemaRegistry registry = SchemaRegistry.withDialect(
            Dialects.getDraft202012(),
            builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .locale(Locale.ENGLISH)
                    .formatAssertionsEnabled(true)
                    .build()));
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if the tool's input schema is none */
    Schema compile(ToolSpec spec) {
        try {
            return compiled.computeIfAbsent(spec.inputSchema(), text -> registry.getSchema(StoredJson.read(text)));
        } catch (JacksonException | SchemaException malformed) {
            throw new IllegalArgumentException(
                    "The input schema of tool " + spec.name() + " is no JSON Schema", malformed);
        }
    }

    List<FieldError> check(ToolSpec spec, JsonNode input, String pointer) {
        List<Error> errors;
        try {
            errors = compile(spec).validate(input);
        } catch (JacksonException tooLarge) {
            return List.of(new FieldError(pointer, "A number in the input is out of range"));
        }
        if (errors.isEmpty()) {
            return List.of();
        }
        List<String> references = Reference.placesIn(input);
        return errors.stream()
                .filter(error -> references.stream().noneMatch(place -> dependsOn(error, place)))
                .map(error -> fieldError(error, pointer))
                .distinct()
                .limit(MAX_ERRORS)
                .toList();
    }

    /** Whether the error may vanish, or be another one, once the reference's value is known. */
    private static boolean dependsOn(Error error, String reference) {
        String place = error.getInstanceLocation().toString();
        boolean within = place.equals(reference) || place.startsWith(reference + "/");
        boolean around = reference.startsWith(place + "/");
        return within || around && !(STRUCTURAL.contains(error.getKeyword()) && isUnconditional(error));
    }

    private static boolean isUnconditional(Error error) {
        String path = error.getEvaluationPath().toString();
        return Set.of("/anyOf/", "/oneOf/", "/if/", "/then/", "/else/", "/not/").stream()
                .noneMatch(path::contains);
    }

    private static FieldError fieldError(Error error, String pointer) {
        String place = pointer + error.getInstanceLocation();
        String member = error.getProperty();
        String at =
                member != null && ABOUT_A_MEMBER.contains(error.getKeyword()) ? Pointers.member(place, member) : place;
        return new FieldError(at, error.getMessage());
    }
}
