package dev.reins.api.problem;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What is wrong, in RFC 9457's words and ours.
 *
 * @param details further members: limit, used, retryAfter, runStatus, needed
 * @param headers further headers of the answer
 */
public record Problem(
        ErrorCode code,
        String detail,
        List<FieldError> errors,
        Map<String, Object> details,
        Map<String, String> headers) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
        details = Map.copyOf(details);
        headers = Map.copyOf(headers);
    }

    public static Problem of(ErrorCode code, String detail) {
        return new Problem(code, detail, List.of(), Map.of(), Map.of());
    }

    public static Problem of(RequestRejected rejected) {
        return new Problem(
                rejected.code(),
                String.valueOf(rejected.getMessage()),
                rejected.errors(),
                rejected.details(),
                retryAfter(rejected.details().get("retryAfter")));
    }

    private static Map<String, String> retryAfter(@Nullable Object seconds) {
        return seconds == null ? Map.of() : Map.of("Retry-After", seconds.toString());
    }

    /** Nothing was stored, and it is worth asking again. */
    public static Problem unavailable(String detail) {
        return new Problem(
                ErrorCode.ENGINE_UNAVAILABLE, detail, List.of(), Map.of("retryAfter", 2), Map.of("Retry-After", "2"));
    }

    public Problem withHeader(String name, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Problem(code, detail, errors, details, all);
    }

    public int status() {
        return code.httpStatus();
    }

    /** The document's members, in the order in which they are shown. */
    public Map<String, Object> body() {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "about:blank");
        body.put("title", HttpStatus.valueOf(status()).getReasonPhrase());
        body.put("status", status());
        body.put("detail", detail);
        body.put("success", false);
        body.put("code", code);
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        body.putAll(details);
        return body;
    }
}
