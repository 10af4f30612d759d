package dev.reins.activities.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.contracts.RunId;
import dev.reins.store.Missing;
import dev.reins.store.journal.Journal;
import dev.reins.store.journal.Journal.PlannedStep;
import dev.reins.store.journal.Journal.Snapshot;
import java.time.Duration;
import java.util.List;

/** What runs were given, which never changes, kept for the runs at work as long as there is memory for it. Thread-safe. */
public final class RunContents {
    /** As many plan steps as are read at once. */
    private static final int PAGE = 100;

    private record Page(RunId runId, int number) {}

    private record Turn(RunId runId, int stepNumber) {}

    /** Of the model turns before a step. */
    private record Counted(int beforeStep, int turns) {}

    private final Journal journal;
    private final Cache<RunId, Snapshot> snapshots = recent(1_000);
    private final Cache<Page, List<PlannedStep>> pages = recent(200);
    private final Cache<Turn, List<Journal.ToolCall>> turns = recent(1_000);
    private final Cache<RunId, Counted> counted = recent(1_000);

    public RunContents(Journal journal) {
        this.journal = journal;
    }

    private static <K, V> Cache<K, V> recent(long size) {
        return Caffeine.newBuilder()
                .maximumSize(size)
                .expireAfterAccess(Duration.ofMinutes(10))
                .softValues()
                .build();
    }

    public Snapshot snapshot(RunId runId) {
        return snapshots.get(runId, journal::snapshot);
    }

    /**
     * @param planIndex from 1
     * @throws Missing if the run or its plan has no such step
     */
    public PlannedStep planStep(RunId runId, int planIndex) {
        List<PlannedStep> rest = plan(runId, planIndex);
        if (rest.isEmpty()) {
            throw new Missing("Run " + runId + " has no plan step " + planIndex);
        }
        return rest.getFirst();
    }

    /**
     * A part of the plan.
     *
     * @param from its first step's plan index, from 1
     * @return the steps from there on, {@link #PAGE} at most; empty where the plan has no such step
     */
    public List<PlannedStep> plan(RunId runId, int from) {
        int number = (from - 1) / PAGE;
        List<PlannedStep> page =
                pages.get(new Page(runId, number), key -> journal.plan(runId, number * PAGE + 1, PAGE));
        return page.subList(Math.min((from - 1) % PAGE, page.size()), page.size());
    }

    public Journal.ToolCall toolCall(RunId runId, int turnStep, int callIndex) {
        return turns.get(new Turn(runId, turnStep), key -> journal.toolCalls(runId, turnStep))
                .get(callIndex);
    }

    /** As {@link Journal#modelTurns(RunId, int)}, but counted on from where it was last: a turn costs the same in a long run. */
    public int modelTurns(RunId runId, int beforeStep) {
        Counted last = counted.getIfPresent(runId);
        int turns = last == null || last.beforeStep() > beforeStep
                ? journal.modelTurns(runId, beforeStep)
                : last.turns() + journal.modelTurns(runId, last.beforeStep(), beforeStep);
        counted.put(runId, new Counted(beforeStep, turns));
        return turns;
    }
}
