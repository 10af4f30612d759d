package dev.reins.benchmarks;

import dev.reins.benchmarks.suite.Effort;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the benchmarks.
 *
 * @param names of benchmarks; empty: all
 * @param json where the figures of this time alone go, for programs; null: nowhere
 * @param page where they go for people, and beside it for programs; null: nowhere but the console
 */
record BenchOptions(
        List<String> names, @Nullable Path json, @Nullable Path page, Effort effort) {
    /** Where the launcher wants the page of all figures. */
    private static final String USUAL_PAGE = "reins.bench.page";

    private static final int ROUNDS = 30;
    private static final int WARM_UPS = 5;

    /** @throws IllegalArgumentException with a sentence for the user */
    static BenchOptions parse(List<String> arguments) {
        Deque<String> rest = new ArrayDeque<>(arguments);
        List<String> names = new ArrayList<>();
        Path json = null;
        Path page = null;
        int rounds = ROUNDS;
        int warmUps = WARM_UPS;
        while (!rest.isEmpty()) {
            String argument = rest.pop();
            switch (argument) {
                case "--json" -> json = Path.of(value(argument, rest));
                case "--results" -> page = Path.of(value(argument, rest));
                case "--rounds" -> rounds = number(argument, rest);
                case "--warm-ups" -> warmUps = number(argument, rest);
                default -> names.add(name(argument));
            }
        }
        String usualPage = System.getProperty(USUAL_PAGE);
        Path usual = names.isEmpty() && usualPage != null ? Path.of(usualPage) : null;
        return new BenchOptions(List.copyOf(names), json, page == null ? usual : page, new Effort(rounds, warmUps));
    }

    private static String name(String argument) {
        if (argument.startsWith("-")) {
            throw new IllegalArgumentException("There is no option " + argument + ".");
        }
        return argument;
    }

    private static String value(String option, Deque<String> rest) {
        String value = rest.poll();
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The option " + option + " needs a value.");
        }
        return value;
    }

    private static int number(String option, Deque<String> rest) {
        String value = value(option, rest);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " is a number, not " + value + ".", e);
        }
    }
}
