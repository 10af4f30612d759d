package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Contestant;
import dev.reins.benchmarks.contestant.Storage;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.HistorySize;
import dev.reins.benchmarks.ground.SqlCounts;
import dev.reins.benchmarks.ground.TemporalCounts;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a step costs whatever the machine: counted over short runs and over long ones, so that the difference is the
 * steps' and the rest the run's own.
 */
final class Footprint implements Benchmark {
    private static final int SHORT = 20;
    private static final int LONG = 120;
    private static final int RUNS = 3;

    @Override
    public String name() {
        return "footprint";
    }

    @Override
    public String question() {
        return "what a step costs whatever the machine: transactions, statements, RPCs, events, bytes";
    }

    @Override
    public void take(Effort effort, Report report) {
        try (Ground ground = Ground.startCounting()) {
            ground.postgres().prepareCounting();
            try (LineUp lineUp = LineUp.on(ground, Field.all(), report, name())) {
                report.note(
                        name(),
                        "Per step: the difference between runs of " + LONG + " and of " + SHORT + " steps; " + RUNS
                                + " of each. CPU is that of servers, worker and client together, on this machine.");
                lineUp.contestants().forEach(contestant -> count(ground, contestant, report));
            }
        }
    }

    private void count(Ground ground, Contestant contestant, Report report) {
        System.err.println("footprint: " + contestant.name());
        contestant.run(Rounds.newId(contestant), LONG);
        Map<String, Double> few = measure(ground, contestant, SHORT);
        Map<String, Double> many = measure(ground, contestant, LONG);
        many.forEach((quantity, total) -> {
            double fewer = few.getOrDefault(quantity, 0.0);
            double perStep = (total - fewer) / (RUNS * (LONG - SHORT));
            double perRun = fewer / RUNS - perStep * SHORT;
            String prefix = name() + "." + contestant.name();
            report.add(name(), Figure.counted(prefix + ".step." + quantity, perStep, unit(quantity) + " per step"));
            report.add(name(), Figure.counted(prefix + ".run." + quantity, perRun, unit(quantity) + " per run"));
        });
    }

    private static String unit(String quantity) {
        return quantity.endsWith("_bytes") ? "bytes" : quantity.endsWith("_ms") ? "ms" : quantity.replace('_', ' ');
    }

    private static Map<String, Double> measure(Ground ground, Contestant contestant, int steps) {
        List<String> ids = java.util.stream.Stream.generate(() -> Rounds.newId(contestant))
                .limit(RUNS)
                .toList();
        Storage storage = contestant.storage();
        TemporalCounts before = storage.temporal() ? ground.temporal().counts() : new TemporalCounts(0, 0);
        String database = storage.database();
        long bytes = database == null ? 0 : ground.postgres().bytes(database);
        String position = ground.postgres().position();
        double cpu = ground.cpu().toMillis();
        ids.forEach(id -> contestant.run(id, steps));
        Map<String, Double> measured = new LinkedHashMap<>();
        measured.put("cpu_ms", ground.cpu().toMillis() - cpu);
        if (database != null) {
            put(measured, ground.postgres().since(position, database));
            measured.put("postgres_bytes", (double) ground.postgres().bytes(database) - bytes);
        }
        if (storage.temporal()) {
            put(measured, before, ground.temporal().counts());
            put(measured, ground, ids);
        }
        return measured;
    }

    private static void put(Map<String, Double> measured, SqlCounts counts) {
        measured.put("postgres_commits", (double) counts.commits());
        measured.put("postgres_statements", (double) counts.statements());
        measured.put("postgres_transaction_boundaries", (double) counts.boundaries());
        measured.put("postgres_nested_statements", (double) counts.nested());
        measured.put("postgres_wal_bytes", (double) counts.walBytes());
    }

    private static void put(Map<String, Double> measured, TemporalCounts before, TemporalCounts after) {
        measured.put("temporal_rpcs", after.rpcs() - before.rpcs());
        measured.put("temporal_writes", after.writes() - before.writes());
    }

    private static void put(Map<String, Double> measured, Ground ground, List<String> ids) {
        WorkflowServiceStubs service = ground.temporal().connect();
        try {
            List<HistorySize> sizes = ids.stream()
                    .map(id -> ground.temporal().history(service, id))
                    .toList();
            measured.put("history_events", (double)
                    sizes.stream().mapToLong(HistorySize::events).sum());
            measured.put("history_bytes", (double)
                    sizes.stream().mapToLong(HistorySize::bytes).sum());
        } finally {
            service.shutdownNow();
        }
    }
}
