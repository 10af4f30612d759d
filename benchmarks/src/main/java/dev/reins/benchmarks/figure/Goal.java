package dev.reins.benchmarks.figure;

import java.util.Locale;

/** What a figure's median must reach. */
public sealed interface Goal {

    boolean isMetBy(double median);

    record AtMost(double bound) implements Goal {
        @Override
        public boolean isMetBy(double median) {
            return median <= bound;
        }

        @Override
        public String toString() {
            return "<= " + plain(bound);
        }
    }

    record AtLeast(double bound) implements Goal {
        @Override
        public boolean isMetBy(double median) {
            return median >= bound;
        }

        @Override
        public String toString() {
            return ">= " + plain(bound);
        }
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? String.format(Locale.ROOT, "%.0f", bound) : Double.toString(bound);
    }
}
