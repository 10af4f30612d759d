package dev.reins.workflows;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A payload from outside, as text. Whether the text is JSON that makes sense is for the store to say.
 *
 * @param text null if there was no payload, or none that is text
 * @param undecodable what is wrong with a payload that is no text
 */
record RawText(@Nullable String text, @Nullable String undecodable) {
    private static final String ENCODING = "encoding";

    static RawText of(@Nullable RawValue value) {
        if (value == null) {
            return new RawText(null, null);
        }
        Payload payload = value.getPayload();
        String encoding =
                payload.getMetadataOrDefault(ENCODING, ByteString.EMPTY).toStringUtf8();
        return switch (encoding) {
            case "json/plain", "json/protobuf" -> decode(payload.getData());
            case "binary/null" -> new RawText(null, null);
            default -> new RawText(null, "The payload is not JSON: its encoding is '" + printable(encoding) + "'");
        };
    }

    private static RawText decode(ByteString data) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(data.asReadOnlyByteBuffer())
                    .toString();
            return new RawText(text, null);
        } catch (CharacterCodingException e) {
            return new RawText(null, "The payload is not JSON: it is not UTF-8");
        }
    }

    private static String printable(String encoding) {
        String clean = encoding.replaceAll("[^ -~]", "?");
        return clean.length() > 64 ? clean.substring(0, 64) : clean;
    }
}
