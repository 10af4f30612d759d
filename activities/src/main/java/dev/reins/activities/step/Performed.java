package dev.reins.activities.step;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.OutcomeUnknown;

/** How a call ended. */
sealed interface Performed<T> {
    record Succeeded<T>(T result) implements Performed<T> {}

    record Failed<T>(CallFailed failure) implements Performed<T> {}

    record Unknown<T>(OutcomeUnknown outcome) implements Performed<T> {}

    record TimedOut<T>() implements Performed<T> {}

    record Cancelled<T>() implements Performed<T> {}

    /** The attempt's time was up before the call's: nothing is to be recorded, the next one calls again. */
    record GivenUp<T>() implements Performed<T> {}

    /** The attempt is unwanted: nothing is to be recorded, the next one decides. */
    record Lost<T>(Throwable cause) implements Performed<T> {}
}
