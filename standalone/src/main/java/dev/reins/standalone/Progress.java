package dev.reins.standalone;

/** What a start says while it goes on. */
@FunctionalInterface
public interface Progress {
    /**
     * @param part what is started, in a word or two
     * @param text what is to be said of it
     */
    void say(String part, String text);
}
