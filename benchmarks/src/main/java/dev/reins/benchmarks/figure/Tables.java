package dev.reins.benchmarks.figure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures as a person reads them: on the console and in {@code RESULTS.md}. */
public final class Tables {
    private static final String ROW = "%-58s %10s %10s %10s  %-24s %s%n";

    private Tables() {}

    /** For a terminal. */
    public static String text(Report.Section section) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(ROW, section.title(), "median", "p25", "p75", "unit", "goal"));
        for (Figure figure : section.figures()) {
            Quartiles of = figure.quartiles();
            text.append(String.format(
                    ROW,
                    "  " + figure.name(),
                    number(of.median()),
                    of.isSpread() ? number(of.p25()) : "",
                    of.isSpread() ? number(of.p75()) : "",
                    figure.unit(),
                    goal(figure)));
        }
        section.notes().forEach(note -> text.append("  - ").append(note).append('\n'));
        return text.toString();
    }

    /**
     * A section of a page of Markdown, from its title on.
     *
     * @param taken where and when
     */
    static String markdown(Report.Section section, String taken) {
        String rows = section.figures().stream().map(Tables::row).collect(Collectors.joining());
        return section.title() + "\n\nTaken on " + taken + ".\n\n" + notes(section.notes())
                + "| Figure | Median | p25 - p75 | Unit | Goal |\n|---|---:|---:|---|---|\n" + rows;
    }

    private static String notes(List<String> notes) {
        return notes.isEmpty()
                ? ""
                : notes.stream().map(note -> "- " + note + "\n").collect(Collectors.joining()) + "\n";
    }

    private static String row(Figure figure) {
        Quartiles of = figure.quartiles();
        String spread = of.isSpread() ? number(of.p25()) + " - " + number(of.p75()) : "";
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(figure.name(), number(of.median()), spread, figure.unit(), goal(figure));
    }

    private static String goal(Figure figure) {
        Goal goal = figure.goal();
        if (goal == null) {
            return "";
        }
        return goal + (goal.isMetBy(figure.quartiles().median()) ? " met" : " MISSED");
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String form = size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, form, value);
    }
}
