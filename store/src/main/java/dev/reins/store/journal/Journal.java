package dev.reins.store.journal;

import dev.reins.contracts.OnError;
import dev.reins.contracts.RunId;
import dev.reins.contracts.limits.RunLimits;
import dev.reins.store.Columns;
import dev.reins.store.Missing;
import dev.reins.store.Storable;
import dev.reins.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Reads what steps contain. What a run was given (snapshot, plan, a recorded turn) never changes, so callers may keep it.
 * Thread-safe.
 */
public final class Journal {
    private final JdbcClient jdbc;

    public Journal(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A run as its steps need it: immutable but for the limits that a resume extends, which admission reads by itself.
     *
     * @param definition null for a planned run
     * @param planLength 0 for an agentic run
     * @param planFrom the plan step it begins with, from 1
     * @param stepsInherited how many steps were counted before its first
     * @param resumedFrom the run it continues
     */
    public record Snapshot(
            RunId runId,
            String projectId,
            String userId,
            @Nullable JsonNode definition,
            int planLength,
            int planFrom,
            int stepsInherited,
            @Nullable RunId resumedFrom,
            RunLimits limits) {

        /** The number of the step that performs a step of its plan. */
        public int stepNumber(int planIndex) {
            return stepsInherited + 1 + planIndex - planFrom;
        }
    }

    public record PlannedStep(
            int planIndex,
            String tool,
            String description,
            JsonNode params,
            @Nullable Long estimatedCredits,
            OnError onError,
            boolean parallel) {}

    /** @param id the provider's id of the call, which its answer must name */
    public record ToolCall(String id, String tool, JsonNode arguments) {}

    /** @param stepNumber the step that wrote it; null for what a person wrote */
    public record Message(
            long id,
            String role,
            JsonNode content,
            @Nullable Integer stepNumber) {}

    /** @throws Missing if there is no such run */
    public Snapshot snapshot(RunId runId) {
        return jdbc.sql("""
                        select project_id, user_id, definition, plan_length, plan_from, steps_inherited, resumed_from, limits
                        from runs where id = :run""")
                .param("run", runId.value())
                .query((row, rowNumber) -> new Snapshot(
                        runId,
                        row.getString("project_id"),
                        row.getString("user_id"),
                        new Columns(row).jsonOrNull("definition"),
                        row.getInt("plan_length"),
                        row.getInt("plan_from"),
                        row.getInt("steps_inherited"),
                        Optional.ofNullable(row.getString("resumed_from"))
                                .map(RunId::new)
                                .orElse(null),
                        StoredJson.read(row.getString("limits"), RunLimits.class)))
                .optional()
                .orElseThrow(() -> new Missing("There is no run " + runId));
    }

    /** The plan steps from {@code fromPlanIndex}, in order, at most {@code limit}. */
    public List<PlannedStep> plan(RunId runId, int fromPlanIndex, int limit) {
        return jdbc.sql("""
                        select plan_index, tool, description, params, estimated_credits, on_error, parallel from plan_steps
                        where run_id = :run and plan_index >= :from order by plan_index limit :limit""")
                .param("run", runId.value())
                .param("from", fromPlanIndex)
                .param("limit", limit)
                .query((row, rowNumber) -> new PlannedStep(
                        row.getInt("plan_index"),
                        row.getString("tool"),
                        row.getString("description"),
                        new Columns(row).json("params"),
                        new Columns(row).longOrNull("estimated_credits"),
                        new Columns(row).word("on_error", OnError.class),
                        row.getBoolean("parallel")))
                .list();
    }

    /** The tool calls that a recorded model turn asked for, in order; empty if it asked for none. */
    public List<ToolCall> toolCalls(RunId runId, int turnStep) {
        return jdbc.sql("""
                        select call ->> 'id' as id, call ->> 'tool' as tool, call -> 'arguments' as arguments
                        from messages cross join jsonb_array_elements(
                            case jsonb_typeof(content -> 'toolCalls') when 'array' then content -> 'toolCalls' end)
                            with ordinality as e (call, position)
                        where run_id = :run and step_number = :step and role = 'assistant'
                        order by position""")
                .param("run", runId.value())
                .param("step", turnStep)
                .query((row, rowNumber) ->
                        new ToolCall(row.getString("id"), row.getString("tool"), new Columns(row).json("arguments")))
                .list();
    }

    /**
     * How many model turns were completed before the step, in this run and those it continues. Of its own earlier ones
     * each was, or the run would not have got here; what it continues may have ended with one that was not.
     */
    public int modelTurns(RunId runId, int beforeStep) {
        return modelTurns(runId, 0, beforeStep) + inheritedModelTurns(runId);
    }

    private int inheritedModelTurns(RunId runId) {
        return jdbc.sql("""
                        select count(*) from conversation_of(:run) join steps on run_id = source_run
                        where run_id <> :run and step_number <= until_step
                          and kind = 'model' and status = 'completed'""").param("run", runId.value()).query(Integer.class).single();
    }

    /** How many of this run's steps from the one to before the other are model turns. */
    public int modelTurns(RunId runId, int fromStep, int beforeStep) {
        return jdbc.sql("""
                        select count(*) from steps
                        where run_id = :run and step_number >= :from and step_number < :before and kind = 'model'""")
                .param("run", runId.value())
                .param("from", fromStep)
                .param("before", beforeStep)
                .query(Integer.class)
                .single();
    }

    /** The output of a completed step of this run. */
    public Optional<JsonNode> output(RunId runId, int stepNumber) {
        return jdbc.sql("""
                        select output from recorded_steps
                        where run_id = :run and step_number = :step and status = 'completed' and output is not null""")
                .param("run", runId.value())
                .param("step", stepNumber)
                .query((row, rowNumber) -> new Columns(row).json("output"))
                .optional();
    }

    /** The latest messages of the conversation, oldest first, at most {@code limit}. */
    public List<Message> latestMessages(RunId runId, int limit) {
        return jdbc.sql("""
                        select * from (
                            select said.* from conversation_of(:run) cross join lateral (
                                select id, role, content, step_number from messages
                                where run_id = source_run and id <= until_message order by id desc limit :limit) said
                            order by id desc limit :limit) latest
                        order by id""")
                .param("run", runId.value())
                .param("limit", limit)
                .query(Journal::message)
                .list();
    }

    /** What the run, or the first of those it continues, was asked first. */
    public Optional<Message> prompt(RunId runId) {
        return jdbc.sql("""
                        select said.* from conversation_of(:run) cross join lateral (
                            select id, role, content, step_number from messages
                            where run_id = source_run and id <= until_message and role = 'user' order by id limit 1) said
                        order by id limit 1""").param("run", runId.value()).query(Journal::message).optional();
    }

    private static Message message(ResultSet row, int rowNumber) throws SQLException {
        return new Message(
                row.getLong("id"),
                row.getString("role"),
                new Columns(row).json("content"),
                new Columns(row).integerOrNull("step_number"));
    }

    /** Appends messages outside a step's own record: what a refused step tells the model. Written once per step and role. */
    public void append(RunId runId, int stepNumber, List<NewMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        jdbc.sql("select append_messages_once(:run, :step, cast(:messages as jsonb))")
                .param("run", runId.value())
                .param("step", stepNumber)
                .param("messages", Storable.json(StoredJson.tree(messages)))
                .query((row, rowNumber) -> rowNumber)
                .list();
    }
}
