package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one Reins on one ground: two on the same Temporal would take each other's tasks. Started for the first of
 * them, ended with the last. Not thread-safe.
 */
public final class ReinsLanes {
    public static final String DATABASE = "reins_lanes";

    private @Nullable ReinsInProcess reins;
    private int lanes;

    public Contestant activity(Ground ground) {
        return lane(ground, Lane.ACTIVITY);
    }

    public Contestant express(Ground ground) {
        return lane(ground, Lane.EXPRESS);
    }

    private Contestant lane(Ground ground, Lane lane) {
        ReinsInProcess shared = reins;
        if (shared == null) {
            shared = new ReinsInProcess(ground, DATABASE, ground.file("no-scripts"));
            reins = shared;
        }
        lanes++;
        return new ReinsLane(lane, shared, this::leave);
    }

    private void leave() {
        lanes--;
        if (lanes == 0 && reins != null) {
            reins.close();
            reins = null;
        }
    }
}
