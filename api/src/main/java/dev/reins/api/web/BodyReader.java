package dev.reins.api.web;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;

/** Reads a body no further than its limit, whether its length was announced or not, and only if it is called JSON. */
public final class BodyReader {
    private static final int LIMIT = 1 << 20;
    private static final List<MediaType> READABLE =
            List.of(MediaType.APPLICATION_JSON, MediaType.valueOf("application/merge-patch+json"));

    private BodyReader() {}

    /**
     * @throws HttpMediaTypeNotSupportedException there is a body, and it is not called JSON
     * @throws RequestRejected too_large; invalid_request where it breaks off
     */
    public static Body read(HttpServletRequest request) throws HttpMediaTypeNotSupportedException {
        if (request.getContentLengthLong() > LIMIT) {
            throw tooLarge();
        }
        byte[] bytes = bytes(request);
        if (bytes.length > LIMIT) {
            throw tooLarge();
        }
        if ((bytes.length > 0 || request.getContentLengthLong() > 0) && !isReadable(request.getContentType())) {
            throw new HttpMediaTypeNotSupportedException((MediaType) null, READABLE);
        }
        return new Body(bytes);
    }

    /** A body that breaks off, stalls or is wrongly chunked is the caller's fault. */
    private static byte[] bytes(HttpServletRequest request) {
        try {
            return request.getInputStream().readNBytes(LIMIT + 1);
        } catch (IOException broken) {
            throw new RequestRejected(ErrorCode.INVALID_REQUEST, "The body could not be read to its end");
        }
    }

    private static boolean isReadable(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType given = MediaType.parseMediaType(contentType);
            return READABLE.stream().anyMatch(given::equalsTypeAndSubtype);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static RequestRejected tooLarge() {
        return new RequestRejected(
                ErrorCode.TOO_LARGE, "A body may have 1,048,576 bytes", List.of(), Map.of("limit", LIMIT));
    }
}
