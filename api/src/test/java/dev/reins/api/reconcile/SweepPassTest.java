package dev.reins.api.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi;
import dev.reins.api.Temporal;
import dev.reins.api.World;
import dev.reins.api.engine.Engine;
import dev.reins.api.engine.ExecutionView;
import dev.reins.contracts.RunId;
import dev.reins.contracts.step.Execution;
import dev.reins.store.reconcile.ReconcilerLog;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunLifecycle.Live;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SweepPassTest {
    private static Temporal temporal;
    private static RunningApi api;
    private static World world;

    @BeforeAll
    static void start() {
        temporal = new Temporal();
        api = RunningApi.with(temporal.address());
        world = new World(api);
    }

    @AfterAll
    static void stop() {
        api.close();
        temporal.close();
    }

    @Test
    void endsTheRowOfARunThatWasTerminated() {
        String run = World.run(api, world.alice);
        temporal.client().newUntypedWorkflowStub(run).terminate("enough");

        sweep().sweep();

        RunView view = view(run);
        assertThat(view.status()).isEqualTo("terminated");
        assertThat(view.stopReason()).isEqualTo("terminated");
        assertThat(view.errorMessage()).isEqualTo("Terminated in Temporal: enough");
        assertThat(findings(run)).containsExactly("queued here, terminated in Temporal: made it terminated");
    }

    @Test
    void leavesARunThatGoesOnAlone() {
        String run = World.run(api, world.alice);

        sweep().sweep();

        assertThat(view(run).status()).isEqualTo("queued");
        assertThat(findings(run)).isEmpty();
    }

    @Test
    void failsARunWhoseWorkflowTemporalHasLostOnceItHasSaidSoTwice() {
        String run = "run-lost-by-temporal";
        insertRunningRow(run);
        SweepPass sweep = sweep();

        sweep.sweep();
        assertThat(view(run).status()).isEqualTo("running");
        sweep.startRound();
        sweep.sweep();

        assertThat(view(run).status()).isEqualTo("failed");
        assertThat(view(run).stopReason()).isEqualTo("internal");
        assertThat(view(run).errorMessage()).contains("Temporal no longer has this run's workflow");
        assertThat(findings(run)).containsExactly("running here, null in Temporal: made it failed");
    }

    @Test
    void endsNoRowWithoutWritingDownWhatItFound() {
        String run = World.run(api, world.alice);
        temporal.client().newUntypedWorkflowStub(run).terminate("enough");
        api.database.jdbc().sql("""
                        create trigger stuck before insert on reconciler_findings for each row
                        execute function refuse_change()""").update();
        try {
            sweep().sweep();
            assertThat(view(run).status()).isEqualTo("queued");
        } finally {
            api.database.jdbc().sql("drop trigger stuck on reconciler_findings").update();
        }

        sweep().sweep();

        assertThat(view(run).status()).isEqualTo("terminated");
        assertThat(findings(run)).hasSize(1);
    }

    @Test
    void letsOneRunThatCannotBeWrittenKeepNoOtherFromItsTurn() {
        String bad = World.run(api, world.alice);
        String good = World.run(api, world.alice);
        api.database.jdbc().sql("""
                        create trigger stuck before update on runs for each row when (old.id = '%s')
                        execute function refuse_change()""".formatted(bad)).update();
        try {
            temporal.client().newUntypedWorkflowStub(bad).terminate("enough");
            temporal.client().newUntypedWorkflowStub(good).terminate("enough");

            sweep().sweep();

            assertThat(view(good).status()).isEqualTo("terminated");
            assertThat(view(bad).status()).isEqualTo("queued");
            assertThat(findings(bad)).isEmpty();
        } finally {
            api.database.jdbc().sql("drop trigger stuck on runs").update();
        }
    }

    @Test
    void endsTheRowAlsoWhereTemporalDoesNotTellWhy() {
        String run = World.run(api, world.alice);
        var unknown = new ExecutionView(
                new RunId(run),
                UUID.randomUUID().toString(),
                "",
                WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED);

        Live row = api.bean(RunLifecycle.class).live(new RunId(run)).orElseThrow();
        api.bean(Reflection.class).ended(unknown, row);

        assertThat(view(run).errorMessage()).isEqualTo("Terminated in Temporal");
        api.bean(Reflection.class).ended(unknown, row); // what ended meanwhile, by whomever, is no finding
        assertThat(findings(run)).hasSize(1);
    }

    private static void insertRunningRow(String run) {
        api.database
                .jdbc()
                .sql("""
                        insert into runs (id, project_id, user_id, kind, plan_length, limits, limit_sources, started_via,
                            engine_started_at)
                        select :run, project_id, user_id, kind, plan_length, limits, limit_sources, started_via,
                            clock_timestamp()
                        from runs where id = :like""")
                .param("run", run)
                .param("like", World.run(api, world.alice))
                .update();
        api.bean(RunLifecycle.class).adopt(new Execution(new RunId(run), "execution-that-was", false, null));
    }

    private static SweepPass sweep() {
        return new SweepPass(
                api.bean(Engine.class),
                api.bean(RunLifecycle.class),
                api.bean(Reflection.class),
                api.bean(Starts.class));
    }

    private static List<String> findings(String run) {
        return api.bean(ReconcilerLog.class).findings(1_000, null).items().stream()
                .filter(finding -> finding.runId().equals(run))
                .map(finding ->
                        "%s here, %s in Temporal: %s".formatted(finding.row(), finding.workflow(), finding.action()))
                .toList();
    }

    private static RunView view(String run) {
        return api.bean(RunViews.class).find(new RunId(run)).orElseThrow();
    }
}
