package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.ReinsAgent;
import dev.reins.benchmarks.contestant.ReinsLane;
import dev.reins.benchmarks.contestant.Storage;
import dev.reins.benchmarks.contestant.Talk;
import dev.reins.benchmarks.contestant.Talk.Wording;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal;
import dev.reins.benchmarks.figure.Goal.AtMost;
import dev.reins.benchmarks.figure.Quartiles;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.HistorySize;
import dev.reins.benchmarks.ground.HistorySize.OfExecution;
import dev.reins.contracts.Lane;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether a step costs as much at the end of a long run as at its start. Each run of a kind is compared with itself. */
final class Flat implements Benchmark {
    private static final int STEPS = 5_000;

    /** What else a machine does in one of a run's seconds is not the run's: of several, the median tells. */
    private static final int RUNS = 3;

    /** Of the express lane, where two hundred steps are over within half a second. */
    private static final int EXPRESS_RUNS = 15;

    /** Steps of another run before: a process that is still getting faster would hide that a run gets slower. */
    private static final int WARM_UP = 5_000;

    private static final Window EARLY = new Window(200, 400);
    private static final Window LATE = new Window(STEPS - 200, STEPS);
    private static final Window FIRST_HUNDRED = new Window(100, 200);
    private static final Window LAST_HUNDRED = new Window(STEPS - 100, STEPS);
    private static final long MIB = 1 << 20;

    /** Steps by number, both ends included. */
    private record Window(int first, int last) {}

    /** Long runs of one kind. */
    private record Kind(String name, Storage storage, List<String> runs) {}

    @Override
    public String name() {
        return "flat";
    }

    @Override
    public String question() {
        return "whether step " + STEPS + " costs as much as step " + EARLY.first() + ", in time and in bytes";
    }

    @Override
    public void take(Effort effort, Report report) {
        report.note(
                name(),
                "%d runs of %,d steps of each kind, %d in the express lane, after another of %,d: ratios are of a run with itself. Late and early are steps %,d to %,d and steps %,d to %,d, last and first hundred are steps %,d to %,d and steps %,d to %,d: medians of the time from one step's end to the next one's, and bytes of all rows of a step. Of the run's executions in Temporal that were full, so that the run went on in another, late and early are the last and the first: bytes of history by the steps that ended in it."
                        .formatted(
                                RUNS,
                                STEPS,
                                EXPRESS_RUNS,
                                WARM_UP,
                                LATE.first(),
                                LATE.last(),
                                EARLY.first(),
                                EARLY.last(),
                                LAST_HUNDRED.first(),
                                LAST_HUNDRED.last(),
                                FIRST_HUNDRED.first(),
                                FIRST_HUNDRED.last()));
        try (Ground ground = Ground.start()) {
            report.note(name(), ground.configuration() + ".");
            for (Lane lane : Lane.values()) {
                report(ground, planned(ground, lane, report), report);
            }
            report(ground, agentic(ground, report), report);
        }
    }

    private Kind planned(Ground ground, Lane lane, Report report) {
        try (ReinsLane contestant = new ReinsLane(ground, lane)) {
            report.note(name(), "`planned." + contestant.name() + "`: " + contestant.configuration() + ".");
            String name = "planned." + contestant.name();
            int count = lane == Lane.EXPRESS ? EXPRESS_RUNS : RUNS;
            List<String> runs = longRuns(name, count, contestant::run);
            return new Kind(name, contestant.storage(), runs);
        }
    }

    /** A turn is two steps: what the model says, and the call it asks for. */
    private Kind agentic(Ground ground, Report report) {
        try (ReinsAgent agent = new ReinsAgent(ground)) {
            report.note(name(), "`agentic." + agent.name() + "`: " + agent.configuration() + ".");
            String name = "agentic." + agent.name();
            List<String> runs =
                    longRuns(name, RUNS, (run, steps) -> agent.converse(run, new Talk(steps / 2, 200, Wording.PROSE)));
            return new Kind(name, agent.storage(), runs);
        }
    }

    /** @param run does a run of this id with so many steps */
    private static List<String> longRuns(String name, int count, ObjIntConsumer<String> run) {
        run.accept("warm-up-" + UUID.randomUUID(), WARM_UP);
        List<String> ids = new ArrayList<>();
        while (ids.size() < count) {
            System.err.printf("flat: %s, run %d of %d%n", name, ids.size() + 1, count);
            ids.add("flat-" + UUID.randomUUID());
            run.accept(ids.getLast(), STEPS);
        }
        return ids;
    }

    private void report(Ground ground, Kind kind, Report report) {
        sampled(report, kind, "early_step_time", all(ground, kind, (jdbc, run) -> times(jdbc, run, EARLY)), "ms", null);
        sampled(report, kind, "late_step_time", all(ground, kind, (jdbc, run) -> times(jdbc, run, LATE)), "ms", null);
        ratios(report, ground, kind, "late_vs_early_time", "x early", (jdbc, run) -> time(jdbc, run, LATE, EARLY));
        ratios(
                report,
                ground,
                kind,
                "last_vs_first_hundred_time",
                "x first",
                (jdbc, run) -> time(jdbc, run, LAST_HUNDRED, FIRST_HUNDRED));
        ratios(
                report,
                ground,
                kind,
                "late_vs_early_row_bytes",
                "x early",
                (jdbc, run) -> bytes(jdbc, run, LATE) / bytes(jdbc, run, EARLY));
        ratios(
                report,
                ground,
                kind,
                "late_vs_early_history_bytes",
                "x early",
                (jdbc, run) -> growth(jdbc, run, history(ground, run).full()));
        reportHistories(ground, kind, report);
    }

    private void reportHistories(Ground ground, Kind kind, Report report) {
        List<HistorySize> histories =
                kind.runs().stream().map(run -> history(ground, run)).toList();
        long bytes = histories.stream().mapToLong(HistorySize::bytes).sum();
        long largest = histories.stream().mapToLong(HistorySize::largest).max().orElseThrow();
        counted(report, kind, "history_bytes_per_step", (double) bytes / histories.size() / STEPS, "bytes", null);
        counted(report, kind, "largest_history", (double) largest / MIB, "MiB", new AtMost(2));
    }

    /** A late part of each run against an early one. */
    private void ratios(
            Report report,
            Ground ground,
            Kind kind,
            String quantity,
            String unit,
            BiFunction<JdbcClient, String, Double> ratio) {
        sampled(report, kind, quantity, each(ground, kind, ratio), unit, new AtMost(1.1));
    }

    /** Of each run, its own figure. */
    private static List<Double> each(Ground ground, Kind kind, BiFunction<JdbcClient, String, Double> figure) {
        return kind.runs().stream()
                .map(run -> ground.postgres().ask(database(kind), jdbc -> figure.apply(jdbc, run)))
                .toList();
    }

    /** Of all runs together. */
    private static List<Double> all(Ground ground, Kind kind, BiFunction<JdbcClient, String, List<Double>> figures) {
        return kind.runs().stream()
                .flatMap(run -> ground.postgres().ask(database(kind), jdbc -> figures.apply(jdbc, run)).stream())
                .toList();
    }

    /** Of the medians. */
    private static double time(JdbcClient jdbc, String run, Window late, Window early) {
        return median(jdbc, run, late) / median(jdbc, run, early);
    }

    private static double median(JdbcClient jdbc, String run, Window window) {
        return Quartiles.of(times(jdbc, run, window)).median();
    }

    private void sampled(
            Report report, Kind kind, String quantity, List<Double> values, String unit, @Nullable Goal goal) {
        report.add(name(), Figure.sampled(name(kind, quantity), values, unit).withGoal(goal));
    }

    private void counted(Report report, Kind kind, String quantity, double value, String unit, @Nullable Goal goal) {
        report.add(name(), Figure.counted(name(kind, quantity), value, unit).withGoal(goal));
    }

    private String name(Kind kind, String quantity) {
        return name() + "." + kind.name() + "." + quantity;
    }

    private static String database(Kind kind) {
        return Objects.requireNonNull(kind.storage().database());
    }

    private static List<Double> times(JdbcClient jdbc, String run, Window window) {
        return jdbc.sql("""
                        select ms from (
                            select step_number, extract(epoch from finished_at - lag(finished_at) over (order by step_number))
                                                * 1000 as ms
                            from steps where run_id = :run) times
                        where step_number between :first and :last
                        """)
                .param("run", run)
                .param("first", window.first())
                .param("last", window.last())
                .query((row, number) -> row.getDouble(1))
                .list();
    }

    /** Of all rows that belong to the window's steps. */
    private static double bytes(JdbcClient jdbc, String run, Window window) {
        return jdbc.sql("""
                        select sum(bytes) from (
                            select step_number, run_id, pg_column_size(t.*) as bytes from steps t
                            union all select step_number, run_id, pg_column_size(t.*) from events t
                            union all select step_number, run_id, pg_column_size(t.*) from messages t
                            union all select step_number, run_id, pg_column_size(t.*) from guard_decisions t
                            union all select step_number, run_id, pg_column_size(t.*) from ledger t) rows
                        where run_id = :run and step_number between :first and :last
                        """)
                .param("run", run)
                .param("first", window.first())
                .param("last", window.last())
                .query(Double.class)
                .single();
    }

    /** Of the history that a step leaves, from the first execution to the last. */
    private static double growth(JdbcClient jdbc, String run, List<OfExecution> executions) {
        if (executions.size() < 2) {
            throw new IllegalStateException("Run " + run + " filled " + executions.size() + " executions");
        }
        return bytesPerStep(jdbc, run, executions.getLast()) / bytesPerStep(jdbc, run, executions.getFirst());
    }

    /** Server and database read the same clock, and no step is under way when an execution closes. */
    private static double bytesPerStep(JdbcClient jdbc, String run, OfExecution execution) {
        long steps = jdbc.sql("""
                        select count(*) from steps
                        where run_id = :run and finished_at >= :began and finished_at < :closed
                        """)
                .param("run", run)
                .param("began", execution.began().atOffset(ZoneOffset.UTC))
                .param("closed", execution.closed().atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
        return (double) execution.bytes() / steps;
    }

    private static HistorySize history(Ground ground, String run) {
        WorkflowServiceStubs service = ground.temporal().connect();
        try {
            return ground.temporal().history(service, run);
        } finally {
            service.shutdownNow();
        }
    }
}
