package dev.reins.activities.tool;

/** What tools and models say. They are anyone's code, and what they say passes through the engine, which bounds it. */
public final class Words {
    /** Of why a call failed: it goes into the run's history, the journal, an event and the conversation. */
    public static final int MOST_OF_A_FAILURE = 1_000;

    private Words() {}

    /** The text, or its beginning of so many characters, of which none is halved. */
    public static String atMost(int length, String text) {
        return text.length() <= length ? text : beginning(length, text);
    }

    private static String beginning(int length, String text) {
        boolean halves = Character.isHighSurrogate(text.charAt(length - 1));
        return text.substring(0, halves ? length - 1 : length);
    }
}
