package dev.reins.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The metrics that the operations guide lists for a process, and those that a process tells. */
public final class Metrics {
    private static final Path GUIDE = Path.of("../docs/OPERATIONS.md");
    private static final String OURS = "reins_";
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ((?:`[a-z_*]+`(?:, )?)+) \\|(?: `([a-z_, ]+)`)? \\| ([a-z, ]+) \\| [^|]+ \\|$");
    private static final Pattern NAME = Pattern.compile("(?m)^# TYPE (\\w+) \\w+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    private record Listed(String name, Set<String> labels, String from) {
        boolean isOurs() {
            return name.startsWith(OURS);
        }
    }

    private Metrics() {}

    /** The labels of each metric of our own. */
    public static Map<String, Set<String>> listed(String process) throws IOException {
        return rows(process)
                .filter(Listed::isOurs)
                .collect(Collectors.toMap(Listed::name, Listed::labels, Metrics::twice, TreeMap::new));
    }

    /** With what the names of the others begin. */
    public static List<String> listedOfOthers(String process) throws IOException {
        return rows(process)
                .filter(row -> !row.isOurs())
                .map(row -> row.name().replace("*", ""))
                .toList();
    }

    /** The labels of each metric of our own. */
    public static Map<String, Set<String>> told(String scrape) {
        return NAME.matcher(scrape)
                .results()
                .map(found -> found.group(1))
                .filter(name -> name.startsWith(OURS))
                .filter(name -> !name.endsWith("_max")) // comes with each histogram
                .collect(Collectors.toMap(name -> name, name -> labels(scrape, name), Metrics::twice, TreeMap::new));
    }

    private static Set<String> labels(String scrape, String name) {
        return Pattern.compile("(?m)^" + name + "(?:_bucket|_count|_sum)?\\{(.*)} ")
                .matcher(scrape)
                .results()
                .flatMap(sample -> LABEL.matcher(sample.group(1)).results())
                .map(label -> label.group(1))
                .filter(label -> !label.equals("le"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Listed> rows(String process) throws IOException {
        return ROW.matcher(Files.readString(GUIDE))
                .results()
                .flatMap(Metrics::metrics)
                .filter(row -> row.from().equals("both") || row.from().contains(process));
    }

    /** Where a row has several names that are not from the same processes, it says so for each. */
    private static Stream<Listed> metrics(MatchResult row) {
        List<String> names = words(row.group(1).replace("`", ""));
        Set<String> labels = row.group(2) == null ? Set.of() : new TreeSet<>(words(row.group(2)));
        List<String> from = names.size() == 1 ? List.of(row.group(3)) : words(row.group(3));
        return IntStream.range(0, names.size())
                .mapToObj(i -> new Listed(names.get(i), labels, from.get(i % from.size())));
    }

    private static List<String> words(String cell) {
        return List.of(cell.split(", "));
    }

    private static Set<String> twice(Set<String> one, Set<String> other) {
        throw new AssertionError("Twice, with " + one + " and with " + other);
    }
}
