package dev.reins.store.run;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Wire;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.run.RunBookkeeping.StepClaim;
import dev.reins.contracts.step.Execution;
import dev.reins.store.RunCalls;
import dev.reins.store.RunWatcher;
import dev.reins.store.Storable;
import dev.reins.store.control.ControlAnswers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How a run's row proceeds between its creation and its end. Every method is one transaction, repeatable without harm.
 * Thread-safe.
 */
public final class RunLifecycle {
    private final JdbcClient jdbc;
    private final RunWatcher watcher;

    public RunLifecycle(JdbcClient jdbc, RunWatcher watcher) {
        this.jdbc = jdbc;
        this.watcher = watcher;
    }

    /** A run that Temporal has not confirmed to have started. */
    public record Unstarted(
            RunId runId, String projectId, @Nullable String agentId, String userId, RunStatus status) {}

    /** A run that our table holds to be live. */
    public record Live(RunId runId, @Nullable String executionId, RunStatus status) {}

    /**
     * Puts an execution in charge of its run: the first makes the row {@code running} (a pausing or cancelling one keeps
     * its status); one that continues the execution in charge takes over; a reset one reopens an ended row, adds 1 to its
     * generation and leaves the event run.reset and a receipt.
     *
     * @return false if the execution is stale, another is in charge that it does not continue, or the run has ended and
     *     this is no reset
     * @throws dev.reins.store.Missing if there is no such row
     */
    public boolean adopt(Execution execution) {
        return RunCalls.on(
                execution.runId(),
                () -> of(execution, "select reins_adopt(:run, :execution, :reset, :continuedFrom)")
                        .param("continuedFrom", execution.continuedFrom())
                        .query(Boolean.class)
                        .single());
    }

    /** Pauses the run at a failed step; the resume then goes on with the next, unless the step is resolved with retry. */
    public Controls pauseFor(Execution execution, int stepNumber, PauseReason reason, String message) {
        return RunCalls.on(
                execution.runId(),
                () -> of(execution, "select * from reins_pause_for(:run, :execution, :reset, :step, :reason, :message)")
                        .param("step", stepNumber)
                        .param("reason", reason.wire())
                        .param("message", Storable.text(message))
                        .query(ControlAnswers::controls)
                        .single());
    }

    public StepClaim claimed(Execution execution, int stepNumber) {
        return RunCalls.on(
                execution.runId(),
                () -> of(execution, "select claimed, active from reins_claimed(:run, :execution, :reset, :step)")
                        .param("step", stepNumber)
                        .query((row, rowNumber) -> new StepClaim(row.getBoolean("claimed"), row.getLong("active")))
                        .single());
    }

    /** @return whether this call ended the run */
    public boolean finish(Finish finish) {
        boolean ended = RunCalls.on(
                finish.execution().runId(),
                () -> of(finish.execution(), """
                        select reins_finish(:run, :execution, :reset, :status, :stopReason, :errorCode, :errorMessage)""")
                        .param("status", finish.status().wire())
                        .param("stopReason", finish.stopReason().wire())
                        .param("errorCode", finish.errorCode())
                        .param("errorMessage", Storable.text(finish.errorMessage()))
                        .query(Boolean.class)
                        .single());
        if (ended) {
            watcher.finished(finish.execution().runId(), finish.status(), finish.stopReason());
        }
        return ended;
    }

    /** Notes that Temporal accepted the start of this run. */
    public void engineStarted(RunId runId) {
        jdbc.sql("""
                        update runs set engine_started_at = clock_timestamp()
                        where id = :run and engine_started_at is null""").param("run", runId.value()).update();
    }

    /** Rows created before {@code before} that Temporal has not confirmed, oldest first, at most 1,000. */
    public List<Unstarted> unstarted(Instant before) {
        return jdbc.sql("""
                        select id, project_id, agent_id, user_id, status from runs
                        where finished_at is null and engine_started_at is null and created_at < :before
                        order by created_at limit 1000""")
                .param("before", before.atOffset(ZoneOffset.UTC))
                .query((row, rowNumber) -> new Unstarted(
                        new RunId(row.getString("id")),
                        row.getString("project_id"),
                        row.getString("agent_id"),
                        row.getString("user_id"),
                        Wire.of(RunStatus.class, row.getString("status"))))
                .list();
    }

    /** Live rows in the order of their ids, after {@code after} (null: from the first), at most {@code limit}. */
    public List<Live> live(@Nullable RunId after, int limit) {
        return jdbc.sql("""
                        select id, execution_id, status from runs
                        where finished_at is null and id > :after order by id limit :limit""")
                .param("after", after == null ? "" : after.value())
                .param("limit", limit)
                .query(RunLifecycle::live)
                .list();
    }

    /** Empty if our table holds the run to have ended, or does not have it. */
    public Optional<Live> live(RunId runId) {
        return jdbc.sql("select id, execution_id, status from runs where finished_at is null and id = :run")
                .param("run", runId.value())
                .query(RunLifecycle::live)
                .optional();
    }

    private static Live live(ResultSet row, int rowNumber) throws SQLException {
        return new Live(
                new RunId(row.getString("id")),
                row.getString("execution_id"),
                Wire.of(RunStatus.class, row.getString("status")));
    }

    /**
     * Reflects an execution that Temporal has closed without the run's own bookkeeping (terminated, or failed before it
     * could write): ends the row unless it has ended or another execution has taken over.
     *
     * @return whether the row was changed
     */
    public boolean reflectClosed(
            RunId runId, String executionId, RunStatus status, StopReason stopReason, @Nullable String message) {
        boolean changed = RunCalls.on(
                runId,
                () -> jdbc.sql("select reins_reflect_closed(:run, :execution, :status, :stopReason, :message)")
                        .param("run", runId.value())
                        .param("execution", executionId)
                        .param("status", status.wire())
                        .param("stopReason", stopReason.wire())
                        .param("message", Storable.text(message))
                        .query(Boolean.class)
                        .single());
        if (changed) {
            watcher.finished(runId, status, stopReason);
        }
        return changed;
    }

    private JdbcClient.StatementSpec of(Execution execution, String sql) {
        return jdbc.sql(sql)
                .param("run", execution.runId().value())
                .param("execution", execution.executionId())
                .param("reset", execution.reset());
    }
}
