package dev.reins.store;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON from outside, refusing what would surprise later: malformed text, duplicate and unknown members, mistyped
 * values, NUL characters (which PostgreSQL cannot store) and lone surrogates. Thread-safe.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 100;

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private final ObjectReader trees = mapper.readerFor(JsonNode.class);

    /** @throws RequestRejected invalid_request, with a pointer where there is a place to point at */
    public JsonNode parse(byte[] body) {
        return parse(decode(body));
    }

    /** As {@link #parse(byte[])}, from text. */
    public JsonNode parse(String body) {
        if (body.isBlank()) {
            throw RequestRejected.invalid("", "The body is empty; JSON is expected");
        }
        JsonNode tree = tree(body);
        rejectIf(StorableText.check(tree));
        return tree;
    }

    /**
     * Parses and binds to a record: unknown members, missing required (non-{@code @Nullable}) ones and wrong types are
     * refused, each with its pointer.
     *
     * @throws RequestRejected invalid_request
     */
    public <T> T read(byte[] body, Class<T> type) {
        return bind(parse(body), type);
    }

    /** As {@link #read(byte[], Class)}, from a parsed tree. */
    public <T> T bind(JsonNode tree, Class<T> type) {
        rejectIf(RecordShape.check(tree, type));
        try {
            return mapper.treeToValue(tree, type);
        } catch (DatabindException refused) {
            throw RequestRejected.invalid(Pointers.of(refused.getPath()), reason(refused));
        }
    }

    /**
     * Merges a patch (RFC 7396) into a tree and binds what comes of it. The patch names known members alone, also where it
     * takes them away.
     *
     * @throws RequestRejected invalid_request
     */
    public <T> T merge(JsonNode target, JsonNode patch, Class<T> type) {
        rejectIf(RecordShape.checkPatch(patch, type));
        return bind(MergePatch.apply(target, patch), type);
    }

    private JsonNode tree(String body) {
        try (JsonParser parser = mapper.createParser(body)) {
            return tree(parser);
        }
    }

    private JsonNode tree(JsonParser parser) {
        try {
            JsonNode tree = trees.readTree(parser);
            if (parser.nextToken() != null) {
                throw RequestRejected.invalid("", "The body goes on after its JSON value has ended");
            }
            return tree;
        } catch (JacksonException failure) {
            throw RequestRejected.invalid(Pointers.of(parser.streamReadContext()), malformed(failure, parser));
        }
    }

    private static String malformed(JacksonException failure, JsonParser parser) {
        return switch (failure) {
            case StreamConstraintsException tooMuch ->
                parser.streamReadContext().getNestingDepth() > MAX_DEPTH
                        ? "The body is nested deeper than " + MAX_DEPTH + " levels"
                        : "The body holds a number or a name that is too long" + at(failure);
            case DatabindException duplicate ->
                "The member '" + Pointers.last(Pointers.of(parser.streamReadContext())) + "' appears twice";
            default -> "The body is not valid JSON" + at(failure);
        };
    }

    private static String at(JacksonException failure) {
        TokenStreamLocation location = failure.getLocation();
        return location == null ? "" : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** Where a record's own constructor refuses its values, its words are meant for people. */
    private static String reason(DatabindException refused) {
        return refused.getCause() instanceof IllegalArgumentException own && own.getMessage() != null
                ? own.getMessage()
                : "This value is not valid here";
    }

    private static String decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw RequestRejected.invalid("", "The body is not valid UTF-8");
        }
    }

    private static void rejectIf(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw new RequestRejected(
                    ErrorCode.INVALID_REQUEST, errors.getFirst().message(), errors);
        }
    }
}
