package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.BareTemporal;
import dev.reins.benchmarks.contestant.Contestant;
import dev.reins.benchmarks.contestant.DbosGuarded;
import dev.reins.benchmarks.contestant.DbosTransact;
import dev.reins.benchmarks.contestant.NaiveAgent;
import dev.reins.benchmarks.contestant.ReinsLane;
import dev.reins.benchmarks.contestant.Restate;
import dev.reins.benchmarks.contestant.RestateGuarded;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Who is measured. */
final class Field {
    /** What Temporal's own users compare with. */
    static final String BARE = "bare";

    private Field() {}

    /** Bare Temporal, and Reins as it is used when nothing is said of lanes. */
    static List<Function<Ground, Contestant>> bareAndGuarded() {
        return List.of(Field::bare, Field::activityLane);
    }

    /**
     * Those, the express lane, also with steps that are paid for, and other ways to do steps durably: without guards, and
     * with the guards of Reins.
     */
    static List<Function<Ground, Contestant>> all() {
        return List.of(
                Field::bare,
                Field::bareOneQueue,
                Field::bareLocal,
                Field::activityLane,
                Field::expressLane,
                Field::paidExpressLane,
                ground -> new DbosTransact(ground.postgres()),
                DbosGuarded::new,
                Restate::new,
                RestateGuarded::new);
    }

    /** Those, and the agent loop that anyone writes first, whose steps cost more the more there were before. */
    static List<Function<Ground, Contestant>> allAndNaive() {
        return Stream.concat(all().stream(), Stream.of(Field::naive)).toList();
    }

    private static Contestant naive(Ground ground) {
        return new NaiveAgent(ground.temporal());
    }

    private static Contestant bare(Ground ground) {
        return new BareTemporal(ground.temporal(), BareTemporal.Layout.TWO_QUEUES);
    }

    private static Contestant activityLane(Ground ground) {
        return new ReinsLane(ground, Lane.ACTIVITY);
    }

    private static Contestant expressLane(Ground ground) {
        return new ReinsLane(ground, Lane.EXPRESS);
    }

    private static Contestant paidExpressLane(Ground ground) {
        return new ReinsLane(ground, Lane.EXPRESS, 1);
    }

    private static Contestant bareOneQueue(Ground ground) {
        return new BareTemporal(ground.temporal(), BareTemporal.Layout.ONE_QUEUE);
    }

    private static Contestant bareLocal(Ground ground) {
        return new BareTemporal(ground.temporal(), BareTemporal.Layout.LOCAL);
    }
}
