package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;

/** Reins: planned runs of guarded {@code echo} steps in one of its lanes, free or paid for, all of one user. */
public final class ReinsLane implements Contestant {
    private final Lane lane;
    private final int credits;
    private final ReinsInProcess reins;

    /** Of steps that are free. */
    public ReinsLane(Ground ground, Lane lane) {
        this(ground, lane, 0);
    }

    /** @param credits what each step is charged */
    public ReinsLane(Ground ground, Lane lane, int credits) {
        this.lane = lane;
        this.credits = credits;
        this.reins = ReinsInProcess.on(ground);
    }

    @Override
    public String name() {
        return (credits == 0 ? "" : "paid_") + lane.wire() + "_lane";
    }

    @Override
    public String configuration() {
        return "a planned run of guarded echo steps in the " + lane.wire() + " lane, all runs of one user of the tier"
                + " unlimited; its worker in the process that asks; row and plan are committed before the workflow is"
                + " started; guards, journal and events as always; " + price();
    }

    private String price() {
        return credits == 0
                ? "no rate is limited and steps are free, so nothing is reserved and nothing stands in the ledger"
                : "no rate is limited, and a step costs " + credits
                        + " credit, which is reserved, settled and in the ledger";
    }

    @Override
    public Storage storage() {
        return ReinsInProcess.STORAGE;
    }

    @Override
    public void run(String runId, int steps) {
        reins.echo(runId, ReinsInProcess.USER, steps, lane, credits);
    }

    @Override
    public void close() {}
}
