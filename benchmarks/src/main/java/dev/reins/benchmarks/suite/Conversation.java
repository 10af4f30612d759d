package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Conversationalist;
import dev.reins.benchmarks.contestant.NaiveAgent;
import dev.reins.benchmarks.contestant.ReinsAgent;
import dev.reins.benchmarks.contestant.Storage;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal;
import dev.reins.benchmarks.figure.Goal.AtMost;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.HistorySize;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** How many bytes are stored for a conversation of a hundred turns, against what was said. */
final class Conversation implements Benchmark {
    static final int TURNS = 100;
    static final int BYTES = 5_000;

    private static final List<Function<Ground, Conversationalist>> FIELD =
            List.of(ground -> new NaiveAgent(ground.temporal()), ReinsAgent::new);
    private static final Map<String, Goal> GOALS = Map.of("activity_lane.stored_vs_said", new AtMost(2));

    @Override
    public String name() {
        return "conversation";
    }

    @Override
    public String question() {
        return "how many bytes are stored for " + TURNS + " turns of " + BYTES + " bytes, against what was said";
    }

    @Override
    public void take(Effort effort, Report report) {
        try (Ground ground = Ground.start()) {
            for (Function<Ground, Conversationalist> wanted : FIELD) {
                try (Conversationalist agent = wanted.apply(ground)) {
                    report.note(name(), "`" + agent.name() + "`: " + agent.configuration() + ".");
                    System.err.println("conversation: " + agent.name());
                    converse(ground, agent, report);
                }
            }
        }
    }

    private void converse(Ground ground, Conversationalist agent, Report report) {
        Storage storage = agent.storage();
        String database = storage.database();
        String id = agent.name() + "-" + UUID.randomUUID();
        long before = database == null ? 0 : ground.postgres().bytes(database);
        agent.converse(id, TURNS, BYTES);
        long postgres = database == null ? 0 : ground.postgres().bytes(database) - before;
        if (database != null) {
            report.note(
                    name(),
                    "`" + agent.name() + "` in PostgreSQL: " + ground.postgres().largest(database) + ".");
        }
        HistorySize history = history(ground, id);
        add(report, agent, "history_events", history.events(), "events");
        add(report, agent, "history_bytes", history.bytes(), "bytes");
        add(report, agent, "postgres_bytes", postgres, "bytes");
        double said = (double) TURNS * BYTES;
        add(report, agent, "stored_vs_said", (history.bytes() + postgres) / said, "x the conversation");
    }

    private static HistorySize history(Ground ground, String id) {
        WorkflowServiceStubs service = ground.temporal().connect();
        try {
            return ground.temporal().history(service, id);
        } finally {
            service.shutdownNow();
        }
    }

    private void add(Report report, Conversationalist agent, String quantity, double value, String unit) {
        String name = agent.name() + "." + quantity;
        report.add(name(), Figure.counted(name() + "." + name, value, unit).withGoal(GOALS.get(name)));
    }
}
