package dev.reins.benchmarks.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the benchmarks found, in the order of its finding. Not thread-safe. */
public final class Report {
    private final Map<String, Section> sections = new LinkedHashMap<>();

    /**
     * @param title the benchmark's name
     * @param notes how it was done, and what could not be
     */
    public record Section(String title, List<Figure> figures, List<String> notes) {}

    public void add(String section, Figure figure) {
        section(section).figures().add(figure);
    }

    public void note(String section, String note) {
        section(section).notes().add(note);
    }

    public List<Section> sections() {
        return List.copyOf(sections.values());
    }

    public List<Figure> figures() {
        return sections.values().stream()
                .flatMap(section -> section.figures().stream())
                .toList();
    }

    private Section section(String title) {
        return sections.computeIfAbsent(title, name -> new Section(name, new ArrayList<>(), new ArrayList<>()));
    }
}
