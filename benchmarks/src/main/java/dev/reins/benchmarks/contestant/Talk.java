package dev.reins.benchmarks.contestant;

import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What is said in a conversation: so many turns, in each a message of the model and a call of {@code echo}.
 *
 * @param bytes of each of the model's messages, in UTF-8
 */
public record Talk(int turns, int bytes, Wording wording) {

    /** What the messages are made of. */
    public enum Wording {
        /** English. The tool is told the turn's number. */
        PROSE,
        /** The same, and the tool is told as much, and gives it back. */
        ECHOED_PROSE,
        /** Letters that no store can compress much. The tool is told the turn's number. */
        LETTERS;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of the model's message in this turn, from 1. */
    String text(int turn) {
        return wording == Wording.LETTERS ? Prose.letters(turn, bytes) : Prose.of(turn, bytes);
    }

    /** What the tool is told in this turn, and gives back. */
    String argument(int turn) {
        return wording == Wording.ECHOED_PROSE ? Prose.of(turns + turn, bytes) : Integer.toString(turn);
    }

    /** Bytes of UTF-8 that are said: texts, and the JSON of arguments and of what the tool gave. */
    public long said() {
        return IntStream.rangeClosed(1, turns)
                .mapToLong(turn -> text(turn).length() + 2L * call(turn).length())
                .sum();
    }

    private String call(int turn) {
        return ReinsInProcess.json(Map.of("value", argument(turn))).toString();
    }
}
