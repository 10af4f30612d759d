package dev.reins.api.reconcile;

import static dev.reins.api.World.PLAN;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reins.api.RunningApi;
import dev.reins.api.Temporal;
import dev.reins.api.World;
import dev.reins.api.engine.EngineUnavailable;
import dev.reins.store.access.Idempotency;
import dev.reins.store.admission.Admissions;
import dev.reins.store.control.RunControls;
import dev.reins.store.reconcile.ReconcilerLog;
import dev.reins.store.run.RunCounts;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    @Test
    void forgetsOldIdempotencyKeys() {
        try (var api = RunningApi.withoutTemporal()) {
            var world = new World(api);
            sendAnOldKey(world, api);
            api.post(world.alice, RUNS, PLAN, "Idempotency-Key", "young");
            Reconciler reconciler = reconciler(api);

            await().until(() -> {
                reconciler.tidy();
                return number(api, "select count(*) from idempotency_keys") == 1;
            });

            assertThat(api.post(world.alice, RUNS, PLAN, "Idempotency-Key", "young")
                            .header("Idempotency-Replayed"))
                    .isEqualTo("true");
        }
    }

    @Test
    void forgetsInAPassThatCatchesUpToo() {
        try (var temporal = new Temporal();
                var api = RunningApi.with(temporal.address())) {
            sendAnOldKey(new World(api), api);
            Reconciler reconciler = reconciler(api);

            await().until(() -> {
                reconciler.pass();
                return number(api, "select count(*) from idempotency_keys") == 0;
            });
        }
    }

    @Test
    void forgetsInAPassThatBreaksOffToo() {
        try (var api = RunningApi.withoutTemporal()) {
            sendAnOldKey(new World(api), api);
            Reconciler reconciler = reconciler(api);

            await().until(() -> {
                boolean brokeOff = catchThrowable(reconciler::pass) instanceof EngineUnavailable;
                return brokeOff && number(api, "select count(*) from idempotency_keys") == 0;
            });
        }
    }

    private static void sendAnOldKey(World world, RunningApi api) {
        api.post(world.alice, RUNS, PLAN, "Idempotency-Key", "old");
        api.database
                .jdbc()
                .sql("update idempotency_keys set created_at = created_at - interval '25 hours' where key = 'old'")
                .update();
    }

    private static Reconciler reconciler(RunningApi api) {
        return new Reconciler(
                api.bean(ReconcilerLog.class),
                api.bean(RunControls.class),
                api.bean(EngineDoor.class),
                api.bean(Starts.class),
                api.bean(ClosedPass.class),
                api.bean(SweepPass.class),
                api.bean(RunCounts.class),
                new Forgetting(api.bean(Admissions.class), api.bean(Idempotency.class)),
                api.bean(Fixes.class));
    }

    private static long number(RunningApi api, String sql) {
        return api.database.jdbc().sql(sql).query(Long.class).single();
    }
}
