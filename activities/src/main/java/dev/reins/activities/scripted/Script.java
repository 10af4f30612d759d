package dev.reins.activities.scripted;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a scripted model says, turn by turn. After the last turn it says that the script has ended. Texts and arguments
 * are templates: see {@link Template}.
 */
record Script(List<Turn> turns) {
    static final Turn ENDED = new Turn("The script has ended.", List.of(), null, 1, 0, null);

    Script {
        turns = List.copyOf(turns);
        if (turns.isEmpty()) {
            throw new IllegalArgumentException("A script has at least one turn");
        }
    }

    /**
     * @param text what is said
     * @param calls the tool calls asked for; none: the run is done
     * @param otherwise said instead of text if there are calls, but each of them applies to nothing
     * @param repeat how many times in a row this turn is played; 0: for ever
     * @param latencyMs how long the reply takes
     * @param fail if set, the turn fails instead
     */
    record Turn(
            @Nullable String text,
            @Nullable List<Call> calls,
            @Nullable String otherwise,
            @Nullable Integer repeat,
            long latencyMs,
            @Nullable Failure fail) {
        List<Call> allCalls() {
            return calls == null ? List.of() : calls;
        }

        int times() {
            return repeat == null ? 1 : repeat;
        }
    }

    /**
     * @param each a path to an array: the call is made once for each item, which templates know as {@code item}
     * @param where of these items only those that have these values; of an array field: that contain them
     */
    record Call(
            String tool,
            JsonNode arguments,
            @Nullable String each,
            @Nullable Map<String, JsonNode> where) {}

    /** @param retryable whether the engine may try the turn again (where it fails again) */
    record Failure(String message, boolean retryable) {}

    /** The turn that answers a conversation with so many replies. */
    Turn turn(int replies) {
        int left = replies;
        for (Turn turn : turns) {
            if (turn.times() == 0 || left < turn.times()) {
                return turn;
            }
            left -= turn.times();
        }
        return ENDED;
    }
}
