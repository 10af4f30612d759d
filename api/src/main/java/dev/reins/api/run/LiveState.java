package dev.reins.api.run;

import dev.reins.api.engine.Engine;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.contracts.run.RunState;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A run as its workflow tells it, laid over what the store remembers. */
@Component
final class LiveState {
    /** What only ever grows: the greater figure is the newer one. */
    private static final List<String> COUNTERS =
            List.of("stepCount", "creditsUsed", "inputTokens", "outputTokens", "activeMs");

    /** What only the workflow knows. */
    private static final List<String> OF_THE_WORKFLOW = List.of("currentStep", "currentTool", "loop");

    private final Engine engine;
    private final RunViews views;
    private final JsonMapper json;

    LiveState(Engine engine, RunViews views, JsonMapper json) {
        this.engine = engine;
        this.views = views;
        this.json = json;
    }

    /** The run with {@code stateSource}: {@code store} for an ended run, and where the workflow does not answer in time. */
    ObjectNode of(RunView run) {
        if (status(run).isTerminal()) {
            return stored(run);
        }
        return engine.state(new RunId(run.id()))
                .map(live -> live.status().isTerminal() ? ended(run, live) : merged(run, live))
                .orElseGet(() -> stored(run));
    }

    private ObjectNode stored(RunView run) {
        ObjectNode told = json.valueToTree(run);
        OF_THE_WORKFLOW.forEach(told::putNull);
        return told.put("stateSource", "store");
    }

    /** The row that was read before the workflow ended knows nothing of the end, and the workflow does not tell all of it. */
    private ObjectNode ended(RunView before, RunState live) {
        RunView now = views.find(new RunId(before.id())).orElse(before);
        return status(now).isTerminal() ? stored(now) : merged(now, live);
    }

    private ObjectNode merged(RunView run, RunState live) {
        ObjectNode merged = json.valueToTree(run);
        ObjectNode told = json.valueToTree(live);
        told.remove("waitingUntilEpochMs");
        Long until = live.waitingUntilEpochMs();
        told.set("waitingUntil", json.valueToTree(until == null ? null : Instant.ofEpochMilli(until)));
        if (isAhead(run, live)) {
            told.remove("status");
        }
        COUNTERS.stream().filter(name -> isLess(told, merged, name)).forEach(told::remove);
        merged.setAll(told);
        return merged.put("stateSource", "workflow");
    }

    /** The store counts a step, its credits and its time while the workflow still waits to hear of it. */
    private static boolean isLess(ObjectNode told, ObjectNode stored, String counter) {
        return told.path(counter).asLong() < stored.path(counter).asLong();
    }

    /**
     * A stored request to pause or cancel binds the run before its workflow has heard of it, and a run has ended only when
     * its row says how.
     */
    private static boolean isAhead(RunView run, RunState live) {
        RunStatus stored = status(run);
        return live.status().isTerminal() || live.status() == RunStatus.RUNNING && stored != RunStatus.QUEUED;
    }

    private static RunStatus status(RunView run) {
        return Wire.of(RunStatus.class, run.status());
    }
}
