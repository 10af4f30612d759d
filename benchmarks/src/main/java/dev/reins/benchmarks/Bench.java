package dev.reins.benchmarks;

import dev.reins.benchmarks.figure.Json;
import dev.reins.benchmarks.figure.Machine;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.figure.ResultsJson;
import dev.reins.benchmarks.figure.ResultsPage;
import dev.reins.benchmarks.figure.Tables;
import dev.reins.benchmarks.suite.Benchmark;
import dev.reins.benchmarks.suite.Suite;
import dev.reins.standalone.CannotStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code ./reins bench [NAME...] [--json FILE]}: takes the figures, prints them and writes them down. */
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) {
        System.exit(exitStatus(List.of(arguments)));
    }

    private static int exitStatus(List<String> arguments) {
        if (arguments.contains("--help")) {
            System.out.println(help());
            return 0;
        }
        try {
            BenchOptions options = BenchOptions.parse(arguments);
            take(chosen(options.names()), options);
            return 0;
        } catch (IllegalArgumentException | CannotStart e) {
            System.err.println(e.getMessage());
            return 2;
        }
    }

    private static List<Benchmark> chosen(List<String> names) {
        List<Benchmark> all = Suite.benchmarks();
        for (String name : names) {
            if (all.stream().noneMatch(benchmark -> benchmark.name().equals(name))) {
                throw new IllegalArgumentException("There is no benchmark " + name + ".\n" + help());
            }
        }
        return all.stream()
                .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
                .toList();
    }

    private static void take(List<Benchmark> benchmarks, BenchOptions options) {
        Machine machine = Machine.ofThisProcess();
        System.out.println("On " + machine + "\n");
        Report report = new Report();
        for (Benchmark benchmark : benchmarks) {
            benchmark.take(options.effort(), report);
            write(options.page(), report, machine + " on " + LocalDate.now());
            report.sections().stream()
                    .filter(section -> section.title().equals(benchmark.name()))
                    .forEach(section -> System.out.println(Tables.text(section)));
        }
        write(options.json(), Json.of(report));
    }

    private static void write(@Nullable Path page, Report report, String taken) {
        if (page != null) {
            List<String> all = Suite.benchmarks().stream().map(Benchmark::name).toList();
            new ResultsPage(page, all).put(report, taken);
            ResultsJson.beside(page, all).put(report, taken);
        }
    }

    private static void write(@Nullable Path file, String text) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
            System.out.println("Written: " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String help() {
        String names = Suite.benchmarks().stream()
                .map(benchmark -> "  %-17s %s".formatted(benchmark.name(), benchmark.question()))
                .collect(Collectors.joining("\n"));
        return """
                ./reins bench [NAME...] [--json FILE] [--results FILE] [--rounds N] [--warm-ups N]

                %s

                Without a name all of them, and benchmarks/RESULTS.md is written; --results FILE writes another page. Beside a page lies
                the same for programs, in a file of its name that ends in .json. What is taken replaces its own section of both, and
                leaves the others as they are. --json FILE has the figures of this time alone.""".formatted(names);
    }
}
