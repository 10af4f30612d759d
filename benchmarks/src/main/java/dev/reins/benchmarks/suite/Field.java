package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.BareTemporal;
import dev.reins.benchmarks.contestant.Contestant;
import dev.reins.benchmarks.contestant.DbosTransact;
import dev.reins.benchmarks.contestant.ReinsLanes;
import dev.reins.benchmarks.contestant.Restate;
import dev.reins.benchmarks.ground.Ground;
import java.util.List;
import java.util.function.Function;

/** Who is measured. The first is what the others are compared with. */
final class Field {
    static final String BASELINE = "bare";

    private Field() {}

    /** Bare Temporal and Reins: what Temporal's own users know. */
    static List<Function<Ground, Contestant>> onTemporal() {
        ReinsLanes reins = new ReinsLanes();
        return List.of(Field::bare, Field::bareOneQueue, reins::activity, reins::express);
    }

    /** Those, and other ways to do steps durably. */
    static List<Function<Ground, Contestant>> all() {
        ReinsLanes reins = new ReinsLanes();
        return List.of(
                Field::bare,
                Field::bareOneQueue,
                reins::activity,
                reins::express,
                ground -> new DbosTransact(ground.postgres()),
                Restate::new);
    }

    private static Contestant bare(Ground ground) {
        return new BareTemporal(ground.temporal(), BareTemporal.Layout.TWO_QUEUES);
    }

    private static Contestant bareOneQueue(Ground ground) {
        return new BareTemporal(ground.temporal(), BareTemporal.Layout.ONE_QUEUE);
    }
}
