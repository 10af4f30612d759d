package dev.reins.benchmarks.figure;

import java.util.Arrays;
import java.util.Collection;

/** The middle of a sample and how far it spreads; quantiles by linear interpolation. */
public record Quartiles(double median, double p25, double p75) {

    /** @throws IllegalArgumentException if there is nothing to take them of */
    public static Quartiles of(Collection<Double> sample) {
        if (sample.isEmpty()) {
            throw new IllegalArgumentException("There are no quartiles of nothing");
        }
        double[] sorted =
                sample.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Quartiles(quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75));
    }

    /** Of something counted, not sampled. */
    public static Quartiles exactly(double value) {
        return new Quartiles(value, value, value);
    }

    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }

    boolean isSpread() {
        return p25 != p75;
    }

    @Override
    public String toString() {
        return Arrays.toString(new double[] {p25, median, p75});
    }
}
