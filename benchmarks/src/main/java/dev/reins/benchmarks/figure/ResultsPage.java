package dev.reins.benchmarks.figure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The page of all figures: a section for each benchmark. Taken again, a benchmark replaces its own section and leaves the
 * others as they are, so that each may be taken when the machine has nothing else to do.
 */
public final class ResultsPage {
    private static final String HEAD = """
            # What a step costs

            Written by `./reins bench`. Medians with quartiles. Read the ratios: those of `overhead`, `lanes`, `account_*` and `reads`
            were taken in interleaved rounds, so that what the machine did beside it met all contestants alike. The others were not:
            `conversation` counts bytes, `flat` compares the end of one run with its own beginning, `idle` a whole Reins with one
            that has nothing to do (its lists, which are asked for in turn, apart). Times are those of the machine, and no promise.
            What runs in the process that measures has the JVM's own settings, Reins and its peers alike; a worker of `./reins
            up` saves start and memory with `-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx384m`, and has less time to spare for its steps.
            """;

    private static final String MARK = "\n## ";

    private final Path file;
    private final List<String> order;

    /** @param order the titles of all sections, in the order of the page */
    public ResultsPage(Path file, List<String> order) {
        this.file = file;
        this.order = List.copyOf(order);
    }

    /**
     * Writes the report's sections into the page, which need not be there yet.
     *
     * @param taken where and when
     */
    public void put(Report report, String taken) {
        Map<String, String> sections = new TreeMap<>(this::compare);
        sections.putAll(written());
        report.sections().forEach(section -> sections.put(section.title(), Tables.markdown(section, taken)));
        try {
            Files.writeString(file, HEAD + MARK + String.join(MARK, sections.values()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int compare(String one, String other) {
        return Integer.compare(order.indexOf(one), order.indexOf(other));
    }

    private Map<String, String> written() {
        try {
            return Files.exists(file) ? sections(Files.readString(file, StandardCharsets.UTF_8)) : Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> sections(String page) {
        return List.of(page.split(MARK)).stream()
                .skip(1)
                .filter(section -> order.contains(title(section)))
                .collect(Collectors.toMap(ResultsPage::title, section -> section));
    }

    private static String title(String section) {
        return section.lines().findFirst().orElse("");
    }
}
