package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.figure.Figure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** How one contestant does against another: time per step of one run, or steps per second of many. */
record Comparison(String contestant, String baseline) {

    /**
     * Round by round, so that both sides of each ratio met the same machine.
     *
     * @param seconds by contestant; the lists' places are the rounds
     * @return empty unless both were measured
     */
    Optional<Figure> of(Workload workload, Map<String, List<Double>> seconds) {
        List<Double> ours = seconds.get(contestant);
        List<Double> theirs = seconds.get(baseline);
        return ours == null || theirs == null ? Optional.empty() : Optional.of(figure(workload, ours, theirs));
    }

    private Figure figure(Workload workload, List<Double> ours, List<Double> theirs) {
        boolean alone = workload.atOnce() == 1;
        List<Double> ratios = IntStream.range(0, ours.size())
                .mapToObj(round -> alone ? ours.get(round) / theirs.get(round) : theirs.get(round) / ours.get(round))
                .toList();
        String quantity = (alone ? ".time_vs_" : ".rate_vs_") + baseline;
        return Figure.sampled(workload.name() + "." + contestant + quantity, ratios, "x " + baseline.replace('_', ' '));
    }
}
