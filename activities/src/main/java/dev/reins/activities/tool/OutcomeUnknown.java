package dev.reins.activities.tool;

/** A call that is not idempotent was sent, and nobody can tell whether it happened: a person has to. */
public final class OutcomeUnknown extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message a sentence without secrets, cut at 1,000 characters */
    public OutcomeUnknown(String message) {
        super(Words.atMost(Words.MOST_OF_A_FAILURE, String.valueOf(message)));
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
