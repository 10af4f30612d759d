package dev.reins.benchmarks.figure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the page says, for programs, in a file beside it: {@code {benchmark: {taken, notes, figures}}}, the figures as {@link
 * Json} has them. Taken again, a benchmark replaces its own section here too.
 */
public final class ResultsJson {
    private static final String OF_PAGES = ".md";

    private final Path file;
    private final List<String> order;

    /** @param order the names of all sections, in the order of the file */
    private ResultsJson(Path file, List<String> order) {
        this.file = file;
        this.order = List.copyOf(order);
    }

    /** The file that goes with the page: {@code RESULTS.json} with {@code RESULTS.md}. */
    public static ResultsJson beside(Path page, List<String> order) {
        String name = page.getFileName().toString();
        String stem = name.endsWith(OF_PAGES) ? name.substring(0, name.length() - OF_PAGES.length()) : name;
        return new ResultsJson(page.resolveSibling(stem + ".json"), order);
    }

    /**
     * Writes the report's sections into the file, which need not be there yet.
     *
     * @param taken where and when
     */
    public void put(Report report, String taken) {
        try {
            ObjectNode sections = written();
            report.sections().forEach(section -> sections.set(section.title(), Json.section(section, taken)));
            Files.writeString(file, Json.text(inOrder(sections)) + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode written() throws IOException {
        return Json.object(Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "{}");
    }

    private ObjectNode inOrder(ObjectNode sections) {
        ObjectNode ordered = sections.objectNode();
        order.stream().filter(sections::has).forEach(name -> ordered.set(name, sections.get(name)));
        return ordered;
    }
}
