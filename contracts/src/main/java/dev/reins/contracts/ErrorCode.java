package dev.reins.contracts;

/** The error codes of the wire with their HTTP status. */
public enum ErrorCode implements Wire {
    INVALID_REQUEST(400),
    UNAUTHENTICATED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    NOT_ACCEPTABLE(406),
    RUN_STATE(409),
    NO_ROOM(409),
    KEY_IN_FLIGHT(409),
    STALE_VERSION(412),
    TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    LIMIT_ABOVE_CAP(422),
    KEY_REUSED(422),
    INVALID_TOOL_INPUT(422),
    UNKNOWN_TOOL(422),
    TOO_MANY_REQUESTS(429),
    INTERNAL(500),
    ENGINE_UNAVAILABLE(503);

    private final int httpStatus;

    ErrorCode(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
