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
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether a step costs as much at the end of a long run as at its start. One run of each kind; its steps are the sample. */
final class Flat implements Benchmark {
    private static final int STEPS = 5_000;

    /** Steps of another run before: a process that is still getting faster would hide that a run gets slower. */
    private static final int WARM_UP = 2_500;

    private static final Window EARLY = new Window(200, 400);
    private static final Window LATE = new Window(STEPS - 200, STEPS);
    private static final Window FIRST_HUNDRED = new Window(100, 200);
    private static final Window LAST_HUNDRED = new Window(STEPS - 100, STEPS);
    private static final long MIB = 1 << 20;

    /** Steps by number, both ends included. */
    private record Window(int first, int last) {}

    /** A long run of one kind. */
    private record Kind(String name, Storage storage, String runId) {}

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
                "One run of %,d steps of each kind, after another of %,d. Late and early are steps %,d to %,d and steps %,d to %,d, last and first hundred are steps %,d to %,d and steps %,d to %,d: medians of the time from one step's end to the next one's, and bytes of all rows of a step. Of the run's executions in Temporal that were full, so that the run went on in another, late and early are the last and the first: bytes of history by the steps that ended in it."
                        .formatted(
                                STEPS,
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
            for (Lane lane : Lane.values()) {
                report(ground, planned(ground, lane), report);
            }
            report(ground, agentic(ground), report);
        }
    }

    private static Kind planned(Ground ground, Lane lane) {
        String runId = "flat-" + UUID.randomUUID();
        try (ReinsLane contestant = new ReinsLane(ground, lane)) {
            System.err.println("flat: planned, " + contestant.name());
            contestant.run("warm-up-" + runId, WARM_UP);
            contestant.run(runId, STEPS);
            return new Kind("planned." + contestant.name(), contestant.storage(), runId);
        }
    }

    /** A turn is two steps: what the model says, and the call it asks for. */
    private static Kind agentic(Ground ground) {
        String runId = "flat-" + UUID.randomUUID();
        try (ReinsAgent agent = new ReinsAgent(ground)) {
            System.err.println("flat: agentic");
            agent.converse("warm-up-" + runId, new Talk(WARM_UP / 2, 200, Wording.PROSE));
            agent.converse(runId, new Talk(STEPS / 2, 200, Wording.PROSE));
            return new Kind("agentic." + agent.name(), agent.storage(), runId);
        }
    }

    private void report(Ground ground, Kind kind, Report report) {
        List<Double> early = ground.postgres().ask(database(kind), jdbc -> times(jdbc, kind, EARLY));
        List<Double> late = ground.postgres().ask(database(kind), jdbc -> times(jdbc, kind, LATE));
        report.add(name(), Figure.sampled(name(kind, "early_step_time"), early, "ms"));
        report.add(name(), Figure.sampled(name(kind, "late_step_time"), late, "ms"));
        counted(report, kind, "late_vs_early_time", ratio(late, early), "x early", new AtMost(1.1));
        double hundreds = ground.postgres()
                .ask(database(kind), jdbc -> ratio(times(jdbc, kind, LAST_HUNDRED), times(jdbc, kind, FIRST_HUNDRED)));
        counted(report, kind, "last_vs_first_hundred_time", hundreds, "x first", new AtMost(1.1));
        double bytes =
                ground.postgres().ask(database(kind), jdbc -> bytes(jdbc, kind, LATE) / bytes(jdbc, kind, EARLY));
        counted(report, kind, "late_vs_early_row_bytes", bytes, "x early", new AtMost(1.1));
        HistorySize history = history(ground, kind);
        double growth = ground.postgres().ask(database(kind), jdbc -> growth(jdbc, kind, history.full()));
        counted(report, kind, "late_vs_early_history_bytes", growth, "x early", new AtMost(1.1));
        counted(report, kind, "history_bytes_per_step", (double) history.bytes() / STEPS, "bytes", null);
        counted(report, kind, "largest_history", (double) history.largest() / MIB, "MiB", new AtMost(2));
    }

    /** Of the medians. */
    private static double ratio(List<Double> later, List<Double> earlier) {
        return Quartiles.of(later).median() / Quartiles.of(earlier).median();
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

    private static List<Double> times(JdbcClient jdbc, Kind kind, Window window) {
        return jdbc.sql("""
                        select ms from (
                            select step_number, extract(epoch from finished_at - lag(finished_at) over (order by step_number))
                                                * 1000 as ms
                            from steps where run_id = :run) times
                        where step_number between :first and :last
                        """)
                .param("run", kind.runId())
                .param("first", window.first())
                .param("last", window.last())
                .query((row, number) -> row.getDouble(1))
                .list();
    }

    /** Of all rows that belong to the window's steps. */
    private static double bytes(JdbcClient jdbc, Kind kind, Window window) {
        return jdbc.sql("""
                        select sum(bytes) from (
                            select step_number, run_id, pg_column_size(t.*) as bytes from steps t
                            union all select step_number, run_id, pg_column_size(t.*) from events t
                            union all select step_number, run_id, pg_column_size(t.*) from messages t
                            union all select step_number, run_id, pg_column_size(t.*) from guard_decisions t
                            union all select step_number, run_id, pg_column_size(t.*) from ledger t) rows
                        where run_id = :run and step_number between :first and :last
                        """)
                .param("run", kind.runId())
                .param("first", window.first())
                .param("last", window.last())
                .query(Double.class)
                .single();
    }

    /** Of the history that a step leaves, from the first execution to the last. */
    private static double growth(JdbcClient jdbc, Kind kind, List<OfExecution> executions) {
        if (executions.size() < 2) {
            throw new IllegalStateException("Run " + kind.runId() + " filled " + executions.size() + " executions");
        }
        return bytesPerStep(jdbc, kind, executions.getLast()) / bytesPerStep(jdbc, kind, executions.getFirst());
    }

    /** Server and database read the same clock, and no step is under way when an execution closes. */
    private static double bytesPerStep(JdbcClient jdbc, Kind kind, OfExecution execution) {
        long steps = jdbc.sql("""
                        select count(*) from steps
                        where run_id = :run and finished_at >= :began and finished_at < :closed
                        """)
                .param("run", kind.runId())
                .param("began", execution.began().atOffset(ZoneOffset.UTC))
                .param("closed", execution.closed().atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
        return (double) execution.bytes() / steps;
    }

    private static HistorySize history(Ground ground, Kind kind) {
        WorkflowServiceStubs service = ground.temporal().connect();
        try {
            return ground.temporal().history(service, kind.runId());
        } finally {
            service.shutdownNow();
        }
    }
}
