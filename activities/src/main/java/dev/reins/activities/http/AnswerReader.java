package dev.reins.activities.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads answers, at most {@link #MAX_BODY} bytes of their body, unpacked. Thread-safe. */
final class AnswerReader {
    static final int MAX_BODY = 1 << 20;
    private static final int PART = 1 << 13;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** The bytes that came, and whether there would have been more. */
    private record Bytes(byte[] bytes, boolean truncated) {}

    /** @param brokenIsTruncated whether a connection that breaks within the body gives a truncated answer, not a failure */
    HttpAnswer read(ClassicHttpResponse response, boolean brokenIsTruncated) throws IOException {
        HttpEntity entity = response.getEntity();
        Bytes body = entity == null ? new Bytes(new byte[0], false) : bytes(entity, brokenIsTruncated);
        ContentType type = entity == null ? null : contentType(entity);
        return new HttpAnswer(response.getCode(), headers(response), decode(body, type), body.truncated());
    }

    private static Bytes bytes(HttpEntity entity, boolean brokenIsTruncated) throws IOException {
        InputStream content = entity.getContent();
        var body = new ByteArrayOutputStream();
        byte[] part = new byte[PART];
        try {
            for (int read = content.read(part); read >= 0; read = content.read(part)) {
                int room = MAX_BODY - body.size();
                body.write(part, 0, Math.min(read, room));
                if (read > room) {
                    return new Bytes(body.toByteArray(), true);
                }
            }
        } catch (IOException e) {
            if (!brokenIsTruncated) {
                throw e;
            }
            return new Bytes(body.toByteArray(), true);
        }
        return new Bytes(body.toByteArray(), false);
    }

    private static JsonNode decode(Bytes body, @Nullable ContentType type) {
        if (body.bytes().length == 0) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (type != null && isJson(type) && !body.truncated()) {
            try {
                return JSON.readTree(body.bytes());
            } catch (JacksonException e) {
                // Not what it says it is: text, then.
            }
        }
        return JsonNodeFactory.instance.stringNode(new String(body.bytes(), charset(type)));
    }

    private static boolean isJson(ContentType type) {
        String mime = type.getMimeType().toLowerCase(Locale.ROOT);
        return mime.equals("application/json") || mime.endsWith("+json");
    }

    private static @Nullable ContentType contentType(HttpEntity entity) {
        try {
            return ContentType.parseLenient(entity.getContentType());
        } catch (UnsupportedCharsetException e) {
            return null;
        }
    }

    private static Charset charset(@Nullable ContentType type) {
        return type == null ? StandardCharsets.UTF_8 : type.getCharset(StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(ClassicHttpResponse response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : response.getHeaders()) {
            headers.merge(
                    header.getName().toLowerCase(Locale.ROOT),
                    String.valueOf(header.getValue()),
                    (a, b) -> a + ", " + b);
        }
        return headers;
    }
}
