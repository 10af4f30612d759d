package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;
import dev.reins.store.run.RunView;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Reins: planned runs of guarded {@code echo} steps in one of its lanes, all of one user. */
public final class ReinsLane implements Contestant {
    private final Lane lane;
    private final ReinsInProcess reins;

    public ReinsLane(Ground ground, Lane lane) {
        this.lane = lane;
        this.reins = ReinsInProcess.on(ground);
    }

    @Override
    public String name() {
        return lane.wire() + "_lane";
    }

    @Override
    public String configuration() {
        return "a planned run of guarded echo steps in the " + lane.wire() + " lane, all runs of one user of the tier"
                + " unlimited; row and plan are committed before the workflow is started; every guard, the journal, the"
                + " ledger and the events as always";
    }

    @Override
    public Storage storage() {
        return ReinsInProcess.STORAGE;
    }

    @Override
    public void run(String runId, int steps) {
        RunView run = reins.run(runId, body(steps));
        if (!run.status().equals("completed") || run.stepCount() != steps) {
            throw new IllegalStateException(
                    runId + " is " + run.status() + " after " + run.stepCount() + " steps: " + run.errorMessage());
        }
    }

    private JsonNode body(int steps) {
        List<Map<String, Object>> plan = IntStream.rangeClosed(1, steps)
                .mapToObj(step -> Map.<String, Object>of(
                        "tool", "echo", "description", "Echo " + step, "params", Map.of("value", step)))
                .toList();
        Map<String, Object> limits = Map.of(
                "maxSteps",
                steps,
                "lane",
                lane.wire(),
                "toolTimeoutMs",
                Map.of("default", Lane.LONGEST_CALL.toMillis()));
        return ReinsInProcess.json(Map.of("userId", ReinsInProcess.USER, "plan", plan, "limits", limits));
    }

    @Override
    public void close() {}
}
