package dev.reins.api.reconcile;

import dev.reins.api.engine.Engine;
import dev.reins.contracts.RunId;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunLifecycle.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks Temporal for every live run in turn, some at each pass, for what no list told: so that a row stays live no more
 * than a minute after its workflow closed. For one thread.
 */
@Component
final class SweepPass {
    /** So that thousands of live runs are asked for within a minute, at a hundred reads a second at most. */
    private static final int RUNS_PER_PASS = 100;

    private static final Duration ROUND = Duration.ofSeconds(20);

    private final Engine engine;
    private final RunLifecycle lifecycle;
    private final Reflection reflection;
    private final Starts starts;

    private @Nullable RunId after;
    private Instant nextRound = Instant.EPOCH;
    /** Runs that Temporal did not know: believed when it says so a second time, a round later. */
    private Set<RunId> missed = new HashSet<>();

    private Set<RunId> missedThisRound = new HashSet<>();

    SweepPass(Engine engine, RunLifecycle lifecycle, Reflection reflection, Starts starts) {
        this.engine = engine;
        this.lifecycle = lifecycle;
        this.reflection = reflection;
        this.starts = starts;
    }

    /** Begins the next round at once instead of in its time. */
    void startRound() {
        nextRound = Instant.EPOCH;
    }

    void sweep() {
        if (after == null) {
            if (Instant.now().isBefore(nextRound)) {
                return;
            }
            nextRound = Instant.now().plus(ROUND);
        }
        List<Live> runs = lifecycle.live(after, RUNS_PER_PASS);
        runs.forEach(run -> OneByOne.attempt(run.runId(), () -> look(run)));
        if (runs.size() < RUNS_PER_PASS) {
            endRound();
        } else {
            after = runs.getLast().runId();
        }
    }

    private void endRound() {
        after = null;
        missed = missedThisRound;
        missedThisRound = new HashSet<>();
    }

    private void look(Live run) {
        engine.describe(run.runId()).ifPresentOrElse(latest -> reflection.ended(latest, run), () -> missing(run));
    }

    /** A run whose workflow never did anything is simply started (again); any other has lost its history. */
    private void missing(Live run) {
        if (run.executionId() == null) {
            starts.startAgain(run.runId());
        } else if (missed.contains(run.runId())) {
            reflection.lost(run.runId(), run.executionId(), run.status().wire());
        } else {
            missedThisRound.add(run.runId());
        }
    }
}
