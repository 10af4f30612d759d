package dev.reins.contracts;

import java.util.List;
import java.util.Map;

/** A request that cannot be granted as it stands, whichever door it came through. Nothing was changed. */
public final class RequestRejected extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final transient Map<String, Object> details;

    /**
     * One fault in the request.
     *
     * @param pointer RFC 6901 pointer into the request's body; for a query parameter its name
     */
    public record FieldError(String pointer, String message) {}

    public RequestRejected(ErrorCode code, String message) {
        this(code, message, List.of(), Map.of());
    }

    public RequestRejected(ErrorCode code, String message, List<FieldError> errors) {
        this(code, message, errors, Map.of());
    }

    /** @param details further members of the problem document: limit, used, retryAfter, runStatus, needed */
    public RequestRejected(ErrorCode code, String message, List<FieldError> errors, Map<String, Object> details) {
        super(message);
        this.code = code;
        this.errors = List.copyOf(errors);
        this.details = Map.copyOf(details);
    }

    /** A 400 that names one place in the body. */
    public static RequestRejected invalid(String pointer, String message) {
        return new RequestRejected(ErrorCode.INVALID_REQUEST, message, List.of(new FieldError(pointer, message)));
    }

    public ErrorCode code() {
        return code;
    }

    public List<FieldError> errors() {
        return errors;
    }

    public Map<String, Object> details() {
        return details;
    }
}
