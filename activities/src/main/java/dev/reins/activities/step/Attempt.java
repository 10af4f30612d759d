package dev.reins.activities.step;

import dev.reins.activities.tool.Cancellation;
import dev.reins.contracts.Lane;
import java.time.Duration;
import java.time.Instant;

/** What an attempt at a step knows of the activity it runs in, of whichever kind that is. */
public interface Attempt {

    /** The most that the attempt was given: the category's timeout, or less in the express lane. */
    Duration timeout();

    /** When the engine gives this attempt up. */
    Instant deadline();

    Lane lane();

    /** How long the attempt lay in its task queue. */
    long queuedMs();

    /**
     * Shows that the attempt is alive. Called several times a second; it must be cheap.
     *
     * @throws Ended if it must stop
     */
    void heartbeat() throws Ended;

    /** The attempt must stop. */
    final class Ended extends Exception {
        private static final long serialVersionUID = 1;
        private final Cancellation.Reason reason;

        /** @param reason CANCELLED if the run is being cancelled; LOST if only this attempt is unwanted */
        public Ended(Cancellation.Reason reason, Throwable cause) {
            super(cause);
            this.reason = reason;
        }

        public Cancellation.Reason reason() {
            return reason;
        }
    }
}
