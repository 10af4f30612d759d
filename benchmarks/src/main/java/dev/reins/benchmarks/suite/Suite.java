package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.ReinsUsers;
import dev.reins.benchmarks.figure.Goal.AtLeast;
import dev.reins.benchmarks.figure.Goal.AtMost;
import dev.reins.contracts.Lane;
import java.util.List;
import java.util.Map;

/**
 * All benchmarks, in the order of taking. The workload with the most steps goes first, so that what is hot is compiled when
 * those with fewer are measured.
 */
public final class Suite {
    private Suite() {}

    public static List<Benchmark> benchmarks() {
        return List.of(
                overhead(),
                lanes(),
                new Footprint(),
                new Conversation(),
                new Flat(),
                account(Lane.ACTIVITY),
                account(Lane.EXPRESS),
                new Idle(),
                new Reads());
    }

    private static Benchmark overhead() {
        return new Speed(
                "overhead",
                "what guards cost: the activity lane against the same steps on bare Temporal",
                Field.BARE,
                List.of(),
                Field.bareAndGuarded(),
                List.of(new Workload(100, 16), Workload.sequential(100)),
                Map.of(
                        "w100.activity_lane.time_vs_bare",
                        new AtMost(1.3),
                        "w100x16.activity_lane.rate_vs_bare",
                        new AtLeast(0.8)));
    }

    private static Benchmark lanes() {
        return new Speed(
                "lanes",
                "how fast each lane is, beside bare Temporal, a naive agent loop, and DBOS Transact and Restate, with and without"
                        + " the same guards",
                Field.BARE,
                List.of(
                        new Comparison("activity_lane", "bare_one_queue"),
                        new Comparison("express_lane", "bare_one_queue"),
                        new Comparison("express_lane", "bare_local"),
                        new Comparison("paid_express_lane", "express_lane"),
                        new Comparison("express_lane", "dbos_guarded"),
                        new Comparison("express_lane", "restate_guarded")),
                Field.allAndNaive(),
                List.of(Workload.sequential(500), Workload.sequential(20), new Workload(20, 16)),
                Map.of(
                        "w20.activity_lane.time_vs_bare",
                        new AtMost(1.2),
                        "w20.express_lane.time_vs_bare",
                        new AtMost(0.25),
                        "w500.express_lane.time_vs_bare",
                        new AtMost(0.25),
                        "w20x16.express_lane.rate_vs_bare",
                        new AtLeast(4),
                        "w20.express_lane.time_vs_dbos_guarded",
                        new AtMost(1),
                        "w500.express_lane.time_vs_dbos_guarded",
                        new AtMost(1),
                        "w20x16.express_lane.rate_vs_dbos_guarded",
                        new AtLeast(1)));
    }

    /** What it costs that many runs share one account, whose row each of their steps locks. */
    private static Benchmark account(Lane lane) {
        int runs = 50;
        return new Speed(
                "account_" + lane.wire(),
                runs + " runs of one user against " + runs + " runs of " + runs + " users, each step paid for, in the "
                        + lane.wire() + " lane",
                "many_users",
                List.of(),
                List.of(ground -> new ReinsUsers(ground, lane, runs), ground -> new ReinsUsers(ground, lane, 1)),
                List.of(new Workload(20, runs)),
                Map.of("w20x50.one_user.rate_vs_many_users", new AtLeast(0.7)));
    }
}
