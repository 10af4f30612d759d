package dev.reins.worker;

/** What is there is not what a worker needs, and waiting does not change it. The message says what to do. */
final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotStart(String message) {
        super(message);
    }
}
