package dev.reins.api.web;

/** A request's body as it came, at most 1 MiB; empty if there was none. StrictJson reads it. */
public record Body(byte[] bytes) {
    private static final byte[] NO_MEMBERS = {'{', '}'};

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** For requests whose every member is optional: no body says as much as an empty object. */
    public byte[] orEmptyObject() {
        return isEmpty() ? NO_MEMBERS : bytes;
    }
}
