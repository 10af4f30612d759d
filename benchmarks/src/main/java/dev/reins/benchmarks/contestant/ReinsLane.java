package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;

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
                + " unlimited; its worker in the process that asks; row and plan are committed before the workflow is"
                + " started; every guard, the journal, the ledger and the events as always";
    }

    @Override
    public Storage storage() {
        return ReinsInProcess.STORAGE;
    }

    @Override
    public void run(String runId, int steps) {
        reins.echo(runId, ReinsInProcess.USER, steps, lane, 0);
    }

    @Override
    public void close() {}
}
