package dev.reins.api.dependency;

/** What is there is not what the api needs, and waiting does not change it. The message says what to do. */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotStart(String message) {
        super(message);
    }
}
