package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Contestant;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How long the same steps take, against one of the field: time per step of one run, steps per second of many.
 *
 * @param baseline the name of the contestant that the others are compared with
 * @param goals by figure name
 */
record Speed(
        String name,
        String question,
        String baseline,
        List<Function<Ground, Contestant>> field,
        List<Workload> workloads,
        Map<String, Goal> goals)
        implements Benchmark {

    @Override
    public void take(Effort effort, Report report) {
        try (Ground ground = Ground.start();
                LineUp lineUp = LineUp.on(ground, field, report, name)) {
            report.note(name, effort.rounds() + " interleaved rounds after " + effort.warmUps() + " to warm up.");
            Rounds rounds = new Rounds(lineUp.contestants(), effort);
            for (Workload workload : workloads) {
                report(workload, rounds.take(workload), report);
            }
        }
    }

    private void report(Workload workload, Map<Contestant, List<Double>> seconds, Report report) {
        List<Double> compared = seconds.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(baseline))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        seconds.forEach((contestant, taken) -> {
            String prefix = workload.name() + "." + contestant.name();
            add(report, absolute(prefix, workload, taken));
            if (taken != compared) {
                add(report, ratio(prefix, workload, taken, compared));
            }
        });
    }

    private static Figure absolute(String prefix, Workload workload, List<Double> seconds) {
        return workload.atOnce() == 1
                ? Figure.sampled(prefix + ".step_time", map(seconds, s -> s * 1000 / workload.steps()), "ms")
                : Figure.sampled(prefix + ".step_rate", map(seconds, s -> workload.totalSteps() / s), "steps/s");
    }

    /** Round by round, so that both sides of each ratio met the same machine. */
    private Figure ratio(String prefix, Workload workload, List<Double> seconds, List<Double> compared) {
        boolean alone = workload.atOnce() == 1;
        List<Double> ratios = IntStream.range(0, seconds.size())
                .mapToObj(round ->
                        alone ? seconds.get(round) / compared.get(round) : compared.get(round) / seconds.get(round))
                .toList();
        String quantity = (alone ? ".time_vs_" : ".rate_vs_") + baseline;
        return Figure.sampled(prefix + quantity, ratios, "x " + baseline.replace('_', ' '));
    }

    private static List<Double> map(List<Double> sample, Function<Double, Double> function) {
        return sample.stream().map(function).toList();
    }

    private void add(Report report, Figure figure) {
        Figure named = new Figure(name + "." + figure.name(), figure.quartiles(), figure.unit(), null);
        report.add(name, named.withGoal(goals.get(figure.name())));
    }
}
