package dev.reins.standalone;

import java.io.PrintStream;

/** What a person sees: a line each, with colour only where there is a terminal. */
public final class Screen implements Progress {
    private final PrintStream out;
    private final boolean colour;

    public Screen(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    public synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    public void blank() {
        line("");
    }

    public void title(String text) {
        line(bold(text));
    }

    /** A name and what is to be said of it, aligned with its neighbours. */
    @Override
    public void say(String part, String text) {
        line("  " + pad(part) + text);
    }

    public String bold(String text) {
        return painted("1", text);
    }

    public String green(String text) {
        return painted("32", text);
    }

    public String red(String text) {
        return painted("31", text);
    }

    public String faint(String text) {
        return painted("2", text);
    }

    private String painted(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static String pad(String name) {
        return name.length() >= 14 ? name + " " : name + " ".repeat(14 - name.length());
    }
}
