package dev.reins.activities.step;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.OutcomeUnknown;
import java.time.Duration;

/** How a call ended. */
sealed interface Performed {
    record Succeeded(Ending ending) implements Performed {}

    record Failed(CallFailed failure) implements Performed {}

    record Unknown(OutcomeUnknown outcome) implements Performed {}

    record TimedOut() implements Performed {}

    record Cancelled() implements Performed {}

    /** Nobody made it: it leaves no doubt of its own. */
    record NotMade(String why, Duration delay) implements Performed {}

    /** The attempt's time was up before the call's: nothing is to be recorded, the next one calls again. */
    record GivenUp() implements Performed {}

    /** The attempt is unwanted: nothing is to be recorded, the next one decides. */
    record Lost(Throwable cause) implements Performed {}
}
