package dev.reins.benchmarks.figure;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One measured thing.
 *
 * @param name as the JSON has it: benchmark, workload, contestant and quantity, joined by dots
 * @param unit ratios have the unit "x" and the baseline's name
 * @param goal null where there is none: shown for the reader
 */
public record Figure(
        String name,
        Quartiles quartiles,
        String unit,
        @Nullable Goal goal) {

    public static Figure sampled(String name, Collection<Double> sample, String unit) {
        return new Figure(name, Quartiles.of(sample), unit, null);
    }

    public static Figure counted(String name, double value, String unit) {
        return new Figure(name, Quartiles.exactly(value), unit, null);
    }

    public Figure withGoal(@Nullable Goal wanted) {
        return new Figure(name, quartiles, unit, wanted);
    }
}
