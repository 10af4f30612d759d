package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Contestant;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How long the same steps take, against one of the field: time per step of one run, steps per second of many.
 *
 * @param baseline the name of the contestant that all others are compared with
 * @param also who is compared with whom besides
 * @param goals by figure name
 */
record Speed(
        String name,
        String question,
        String baseline,
        List<Comparison> also,
        List<Function<Ground, Contestant>> field,
        List<Workload> workloads,
        Map<String, Goal> goals)
        implements Benchmark {

    @Override
    public void take(Effort effort, Report report) {
        try (Ground ground = Ground.start();
                LineUp lineUp = LineUp.on(ground, field, report, name)) {
            report.note(name, "Interleaved rounds of each workload: " + effort + ".");
            Rounds rounds = new Rounds(lineUp.contestants(), effort);
            for (Workload workload : workloads) {
                report(workload, rounds.take(workload), report);
            }
        }
    }

    private void report(Workload workload, Map<String, List<Double>> seconds, Report report) {
        seconds.forEach((contestant, taken) -> {
            add(report, absolute(workload, contestant, taken));
            comparisons(contestant)
                    .flatMap(comparison -> comparison.of(workload, seconds).stream())
                    .forEach(ratio -> add(report, ratio));
        });
    }

    private Stream<Comparison> comparisons(String contestant) {
        return Stream.concat(
                Stream.of(new Comparison(contestant, baseline)).filter(all -> !contestant.equals(baseline)),
                also.stream().filter(comparison -> comparison.contestant().equals(contestant)));
    }

    private static Figure absolute(Workload workload, String contestant, List<Double> seconds) {
        String prefix = workload.name() + "." + contestant;
        return workload.atOnce() == 1
                ? Figure.sampled(prefix + ".step_time", map(seconds, s -> s * 1000 / workload.steps()), "ms")
                : Figure.sampled(prefix + ".step_rate", map(seconds, s -> workload.totalSteps() / s), "steps/s");
    }

    private static List<Double> map(List<Double> sample, Function<Double, Double> function) {
        return sample.stream().map(function).toList();
    }

    private void add(Report report, Figure figure) {
        Figure named = new Figure(name + "." + figure.name(), figure.quartiles(), figure.unit(), null);
        report.add(name, named.withGoal(goals.get(figure.name())));
    }
}
