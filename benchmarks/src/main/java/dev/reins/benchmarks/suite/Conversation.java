package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Conversationalist;
import dev.reins.benchmarks.contestant.NaiveAgent;
import dev.reins.benchmarks.contestant.ReinsAgent;
import dev.reins.benchmarks.contestant.Talk;
import dev.reins.benchmarks.contestant.Talk.Wording;
import dev.reins.benchmarks.figure.Figure;
import dev.reins.benchmarks.figure.Goal;
import dev.reins.benchmarks.figure.Goal.AtMost;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.HistorySize;
import dev.reins.contracts.RunId;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How many bytes are stored for a conversation of a hundred turns, against what was said. The first conversations also fill
 * the first page of each table and index, and make their maps of free space, once for an installation: the very first has
 * figures of its own, and what a conversation costs is what each of the next adds.
 */
final class Conversation implements Benchmark {
    static final int TURNS = 100;
    static final int BYTES = 5_000;

    /** What is forgotten after ten minutes, whatever has been said: it does not grow with conversations. */
    private static final String FORGOTTEN = "admissions";

    /** Over which the bytes are counted, so that what fits into a page already there is not taken for nothing. */
    private static final int CONVERSATIONS = 3;

    private static final Map<String, Goal> GOALS = Map.of(
            "activity_lane.stored_vs_said",
            new AtMost(2),
            "activity_lane.stored_vs_said_with_" + FORGOTTEN,
            new AtMost(2));

    /**
     * What conversations added, each on average.
     *
     * @param postgres without what is forgotten
     */
    private record Added(long events, long history, long postgres, long forgotten, long said) {
        double storedVsSaid() {
            return (double) (history + postgres) / said;
        }

        double storedVsSaidWithForgotten() {
            return (double) (history + postgres + forgotten) / said;
        }
    }

    /** In the database, in bytes. */
    private record Stored(long kept, long forgotten) {
        static final Stored NOWHERE = new Stored(0, 0);

        Stored since(Stored before) {
            return new Stored(kept - before.kept, forgotten - before.forgotten);
        }
    }

    @Override
    public String name() {
        return "conversation";
    }

    @Override
    public String question() {
        return "how many bytes are stored for " + TURNS + " turns of " + BYTES
                + " bytes, against what was said; beside a naive loop that keeps them in workflow history";
    }

    @Override
    public void take(Effort effort, Report report) {
        try (Ground ground = Ground.startTidying()) {
            report.note(
                    name(),
                    ground.configuration()
                            + ", so that rows lie after minutes as they do after a day. The goal is for prose, and"
                            + " without what the first one makes once; it stands twice: for what grows with"
                            + " conversations, and with `" + FORGOTTEN + "`, which does not.");
            try (Conversationalist naive = new NaiveAgent(ground.temporal())) {
                report.note(name(), "`" + naive.name() + "`: " + naive.configuration() + ".");
                add(report, naive.name(), converse(ground, naive, Wording.PROSE, 1));
            }
            try (Conversationalist reins = new ReinsAgent(ground)) {
                report.note(name(), "`" + reins.name() + "`: " + reins.configuration() + ".");
                report(ground, reins, report);
            }
        }
    }

    private void report(Ground ground, Conversationalist reins, Report report) {
        String database = String.valueOf(reins.storage().database());
        add(report, reins.name() + ".first", converse(ground, reins, Wording.PROSE, 1));
        report.note(name(), "PostgreSQL after the first: " + ground.postgres().largest(database) + ".");
        converse(ground, reins, Wording.PROSE, 1);
        add(report, reins.name(), converse(ground, reins, Wording.PROSE, CONVERSATIONS));
        report.note(
                name(),
                "PostgreSQL after " + (CONVERSATIONS + 1) + " more: "
                        + ground.postgres().largest(database) + ". It keeps "
                        + ground.postgres().kept(database)
                        + " % of the prose's bytes. `" + FORGOTTEN
                        + "`, which keeps ten minutes, counts in the figures that name it alone.");
        for (Wording wording : List.of(Wording.ECHOED_PROSE, Wording.LETTERS)) {
            add(report, reins.name() + "." + wording.wire(), converse(ground, reins, wording, CONVERSATIONS));
        }
    }

    private static Added converse(Ground ground, Conversationalist agent, Wording wording, int conversations) {
        System.err.println("conversation: " + agent.name() + ", " + wording.wire());
        Talk talk = new Talk(TURNS, BYTES, wording);
        Stored before = postgres(ground, agent);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < conversations; i++) {
            ids.add(RunId.next().value());
            agent.converse(ids.getLast(), talk);
        }
        Stored postgres = postgres(ground, agent).since(before);
        List<HistorySize> histories = histories(ground, ids);
        return new Added(
                histories.stream().mapToLong(HistorySize::events).sum() / conversations,
                histories.stream().mapToLong(HistorySize::bytes).sum() / conversations,
                postgres.kept() / conversations,
                postgres.forgotten() / conversations,
                talk.said());
    }

    private static Stored postgres(Ground ground, Conversationalist agent) {
        String database = agent.storage().database();
        if (database == null) {
            return Stored.NOWHERE;
        }
        long forgotten = ground.postgres().bytes(database, FORGOTTEN);
        return new Stored(ground.postgres().bytes(database) - forgotten, forgotten);
    }

    private static List<HistorySize> histories(Ground ground, List<String> ids) {
        WorkflowServiceStubs service = ground.temporal().connect();
        try {
            return ids.stream()
                    .map(id -> ground.temporal().history(service, id))
                    .toList();
        } finally {
            service.shutdownNow();
        }
    }

    private void add(Report report, String name, Added added) {
        add(report, name + ".said_bytes", added.said(), "bytes");
        add(report, name + ".history_events", added.events(), "events");
        add(report, name + ".history_bytes", added.history(), "bytes");
        add(report, name + ".postgres_bytes", added.postgres(), "bytes");
        add(report, name + ".stored_vs_said", added.storedVsSaid(), "x the conversation");
        add(
                report,
                name + ".stored_vs_said_with_" + FORGOTTEN,
                added.storedVsSaidWithForgotten(),
                "x the conversation");
    }

    private void add(Report report, String name, double value, String unit) {
        report.add(name(), Figure.counted(name() + "." + name, value, unit).withGoal(GOALS.get(name)));
    }
}
