package dev.reins.store.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.Wire;
import dev.reins.contracts.limits.EffectiveLimits;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.store.Columns;
import dev.reins.store.Missing;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.config.Users;
import dev.reins.store.journal.NewMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Continues runs that have ended, each as a new run that inherits conversation or plan, step count and spend, under limits
 * said anew. Thread-safe.
 */
public final class ContinueRuns {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Users users;
    private final RunViews runs;

    private record Body(@Nullable String prompt, @Nullable LimitsPatch limits) {
        LimitsPatch ownLimits() {
            return limits == null ? LimitsPatch.NOTHING : limits;
        }
    }

    private record Ended(
            String projectId, String userId, @Nullable String agentId, RunStatus status, Inheritance inheritance) {
        boolean isPlanned() {
            return agentId == null;
        }
    }

    public ContinueRuns(
            JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Users users, RunViews runs) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.users = users;
        this.runs = runs;
    }

    /**
     * Writes the new row with what it inherits and the event run.queued, in the caller's transaction if there is one.
     *
     * @throws RequestRejected run_state (it has not ended), no_room (with what is {@code needed}), invalid_request with
     *     pointers, not_found (the agent is gone or disabled), limit_above_cap
     */
    public RunView start(ContinueRun wish) {
        return transaction.execute(status -> {
            Ended ended = lock(wish.ended());
            Body body = read(wish, ended);
            NewRun run = ended.isPlanned() ? planned(wish, ended, body) : agentic(wish, ended, body);
            requireRoom(ended, run.limits());
            run.insert(jdbc);
            inherit(wish, ended);
            return runs.find(wish.newId()).orElseThrow();
        });
    }

    /** Locked first and read afterwards: what waited for the run's end must see all that ended with it. */
    private Ended lock(RunId runId) {
        jdbc.sql("select 1 from runs where id = :run for no key update")
                .param("run", runId.value())
                .query(Integer.class)
                .optional();
        Ended ended = jdbc.sql("""
                        select id, project_id, user_id, agent_id, status, steps_made(runs) as steps_made, plan_length,
                            credits_inherited + credits_used as spent,
                            coalesce(goes_on_at, 1) as plan_from, kept.*
                        from runs
                            left join lateral plan_goes_on_at(runs) as goes_on_at on agent_id is null
                            cross join lateral (
                                select count(*) filter (where dealt_with) as dealt_with,
                                    coalesce(max(plan_index) - goes_on_at + 1, 0) as reach
                                from plan_steps_on_record(runs) where plan_index >= goes_on_at) kept
                        where id = :run
                        """)
                .param("run", runId.value())
                .query(ContinueRuns::ended)
                .optional()
                .orElseThrow(() -> new Missing("There is no run " + runId));
        if (!ended.status().isTerminal()) {
            String state = ended.status().wire();
            throw new RequestRejected(
                    ErrorCode.RUN_STATE,
                    "A run that is " + state + " cannot be continued: it has not ended",
                    List.of(),
                    Map.of("runStatus", state));
        }
        return ended;
    }

    private Body read(ContinueRun wish, Ended ended) {
        Body body = json.bind(wish.body(), Body.class);
        List<FieldError> errors = new ArrayList<>(body.ownLimits().outOfRange("/limits"));
        if (body.prompt() != null && ended.isPlanned()) {
            errors.add(new FieldError("/prompt", "A planned run takes no prompt"));
        } else if (body.prompt() != null && body.prompt().isBlank()) {
            errors.add(new FieldError("/prompt", "prompt must not be blank"));
        }
        if (!errors.isEmpty()) {
            throw new RequestRejected(
                    ErrorCode.INVALID_REQUEST, errors.getFirst().message(), errors);
        }
        return body;
    }

    private NewRun planned(ContinueRun wish, Ended ended, Body body) {
        EffectiveLimits limits = users.limits(ended.userId()).orElseThrow().with(LimitsPatch.NOTHING, body.ownLimits());
        return run(wish, ended, limits, null, List.of());
    }

    /** The definition as it is now: whoever continues a run has often put right what made it fail. */
    private NewRun agentic(ContinueRun wish, Ended ended, Body body) {
        StartingAgent agent = StartingAgent.enabled(
                jdbc,
                String.valueOf(ended.agentId()),
                ended.projectId(),
                wish.mayUseAnyAgent() ? null : ended.userId());
        EffectiveLimits limits = users.limits(ended.userId())
                .orElseThrow()
                .with(agent.definition().toLimits(), body.ownLimits());
        List<NewMessage> said = new ArrayList<>(unanswered(wish.ended()));
        Optional.ofNullable(body.prompt()).ifPresent(prompt -> said.add(StartRuns.message("user", prompt)));
        return run(wish, ended, limits, agent, said);
    }

    private static NewRun run(
            ContinueRun wish,
            Ended ended,
            EffectiveLimits limits,
            @Nullable StartingAgent agent,
            List<NewMessage> said) {
        return new NewRun(
                wish.newId(),
                ended.projectId(),
                ended.userId(),
                StartedVia.REST,
                limits,
                agent,
                List.of(),
                said,
                ended.inheritance());
    }

    /** A model expects an answer to each call it asked for, also to those that the run did not get to. */
    private List<NewMessage> unanswered(RunId runId) {
        return jdbc.sql("select call_id, answer from unanswered_calls(:run)")
                .param("run", runId.value())
                .query((row, index) -> new NewMessage(
                        "tool",
                        StoredJson.tree(
                                Map.of("text", row.getString("answer"), "toolCallId", row.getString("call_id")))))
                .list();
    }

    /** A run that could only pause before its first step is refused, as resuming one at its limit is. */
    private static void requireRoom(Ended ended, EffectiveLimits limits) {
        Inheritance inherited = ended.inheritance();
        Integer maxSteps = limits.limits().maxSteps();
        Long maxCredits = limits.limits().maxCredits();
        boolean stepsLeft = inherited.hasStepsLeft(ended.isPlanned());
        long steps = maxSteps == null || !stepsLeft ? 0 : Math.max(0, inherited.roomNeeded() - maxSteps);
        long credits = maxCredits == null || !stepsLeft ? 0 : Math.max(0, inherited.credits() - maxCredits);
        if (steps > 0 || credits > 0) {
            throw new RequestRejected(
                    ErrorCode.NO_ROOM,
                    steps > 0
                            ? "The step limit leaves no room: %,d more steps are needed".formatted(steps)
                            : "The cost limit leaves no room: %,d more credits are needed".formatted(credits),
                    List.of(),
                    Map.of("needed", Map.of("steps", steps, "credits", credits)));
        }
    }

    private void inherit(ContinueRun wish, Ended ended) {
        if (!ended.isPlanned()) {
            update(wish, INHERIT_CONVERSATION);
            return;
        }
        update(wish, INHERIT_PLAN);
        update(wish, INHERIT_STEPS);
    }

    private void update(ContinueRun wish, String sql) {
        jdbc.sql(sql)
                .param("run", wish.newId().value())
                .param("ended", wish.ended().value())
                .update();
    }

    /** One row for each run it descends from; no message is copied. */
    private static final String INHERIT_CONVERSATION = """
            insert into inherited_conversations (run_id, source_run_id, until_message, until_step)
            select :run, source_run_id, until_message, until_step from inherited_conversations where run_id = :ended
            union all
            select :run, id, (select coalesce(max(id), 0) from messages where run_id = :ended), step_count
            from runs where id = :ended
            """;

    private static final String INHERIT_PLAN = """
            insert into plan_steps (run_id, plan_index, tool, description, params, estimated_credits, on_error, parallel)
            select :run, plan_index, tool, description, params, estimated_credits, on_error, parallel
            from plan_steps where run_id = :ended
            """;

    /**
     * What ran beside the step that the plan goes on with, and came to its end there, is on the new run's record: it is not
     * performed again, and the run does not pause for it once more. A call that may have happened and may not be made twice
     * stays unknown: the run pauses there until it is resolved.
     */
    private static final String INHERIT_STEPS = """
            insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest, call_digest,
                repeatable, idempotent, input, output, output_digest, error_message, estimate, claims, started_at,
                finished_at, skipped, claim_token)
            select run.id, run.steps_inherited + 1 + plan_index - run.plan_from, s.kind, tool, category, s.user_id, 1, s.status,
                '', call_digest, repeatable, idempotent, input, output, output_digest, s.error_message, estimate, claims,
                s.started_at, s.finished_at, skipped or dealt_with and s.status <> 'completed',
                case when dealt_with then claim_token end
            from runs run, runs ended, plan_steps_on_record(ended) recorded, steps s
            where run.id = :run and ended.id = :ended and plan_index >= run.plan_from
                and s.run_id = ended.id and s.step_number = recorded.step_number
            """;

    private static Ended ended(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new Ended(
                columns.text("project_id"),
                columns.text("user_id"),
                columns.textOrNull("agent_id"),
                Wire.of(RunStatus.class, columns.text("status")),
                new Inheritance(
                        columns.text("id"),
                        row.getInt("steps_made") - row.getInt("dealt_with"),
                        row.getInt("reach"),
                        row.getLong("spent"),
                        row.getInt("plan_from"),
                        row.getInt("plan_length")));
    }
}
