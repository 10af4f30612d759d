package dev.reins.store.run;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunKind;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.limits.EffectiveLimits;
import dev.reins.store.StoredJson;
import dev.reins.store.journal.NewMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * A run as it is created: everything checked, nothing to look up any more.
 *
 * @param agent null for a planned run
 * @param plan the wire's plan steps; empty for an agentic run, and for one whose plan is inherited
 * @param messages what is said before its first step; empty for a planned run
 * @param inherited null if it begins from nothing
 */
record NewRun(
        RunId id,
        String projectId,
        String userId,
        StartedVia via,
        EffectiveLimits limits,
        @Nullable StartingAgent agent,
        List<JsonNode> plan,
        List<NewMessage> messages,
        @Nullable Inheritance inherited) {

    private static final String INSERT = """
            with run as (
                insert into runs (id, project_id, agent_id, definition_version, user_id, kind, definition,
                    plan_length, limits, limit_sources, max_steps, max_credits, started_via, event_seq,
                    resumed_from, step_count, steps_inherited, credits_inherited, plan_from)
                values (:id, :project, :agent, :version, :user, :kind, cast(:definition as jsonb),
                    :planLength, cast(:limits as jsonb), cast(:sources as jsonb), :maxSteps, :maxCredits,
                    :via, 1, :resumedFrom, :stepCount, :stepsInherited, :creditsInherited, :planFrom)
                on conflict (id) do nothing
                returning id, project_id
            ), planned as (
                insert into plan_steps (run_id, plan_index, tool, description, params, estimated_credits,
                    on_error, parallel)
                select run.id, plan_index, step ->> 'tool', step ->> 'description', step -> 'params',
                    (step ->> 'estimatedCredits')::bigint, coalesce(step ->> 'onError', 'fail'),
                    coalesce((step ->> 'parallel')::boolean, false)
                from run,
                    jsonb_array_elements(cast(:plan as jsonb)) with ordinality as steps (step, plan_index)
            ), said as (
                insert into messages (run_id, role, content)
                select run.id, message ->> 'role', message -> 'content'
                from run,
                    jsonb_array_elements(cast(:messages as jsonb)) with ordinality as said (message, place)
                order by place
            )
            insert into events (run_id, seq, project_id, type, data)
            select id, 1, project_id, 'run.queued', cast(:event as jsonb) from run
            """;

    private record Queued(
            String kind,
            String startedVia,
            String userId,
            @Nullable String agentId,
            @Nullable String resumedFrom) {}

    /** Writes the row, its plan or messages and the event run.queued, in one statement; nothing if the id is taken. */
    void insert(JdbcClient jdbc) {
        Inheritance from = inherited == null ? Inheritance.NOTHING : inherited;
        jdbc.sql(INSERT)
                .param("id", id.value())
                .param("project", projectId)
                .param("agent", agent == null ? null : agent.id())
                .param("version", agent == null ? null : agent.definitionVersion())
                .param("user", userId)
                .param("kind", kind().wire())
                .param("definition", agent == null ? null : agent.definitionJson())
                .param("planLength", agent == null ? plan.size() + from.planLength() : null)
                .param("limits", StoredJson.write(limits.limits()))
                .param("sources", StoredJson.write(limits.sources()))
                .param("maxSteps", limits.limits().maxSteps())
                .param("maxCredits", limits.limits().maxCredits())
                .param("via", via.wire())
                .param("resumedFrom", from.runId())
                .param("stepCount", from.stepCount())
                .param("stepsInherited", from.steps())
                .param("creditsInherited", from.credits())
                .param("planFrom", from.planFrom())
                .param("plan", StoredJson.write(plan))
                .param("messages", StoredJson.write(messages))
                .param("event", StoredJson.write(queued()))
                .update();
    }

    private RunKind kind() {
        return agent == null ? RunKind.PLANNED : RunKind.AGENTIC;
    }

    private Queued queued() {
        return new Queued(
                kind().wire(),
                via.wire(),
                userId,
                agent == null ? null : agent.id(),
                inherited == null ? null : inherited.runId());
    }
}
