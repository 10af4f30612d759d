-- A run as the wire shows it: what its clocks have added up, and what the one that runs adds until now; what it has used
-- of its limits, with what the runs it continues had used.
drop view if exists shown_runs;
create view shown_runs as
select
    id, project_id, agent_id, definition_version, user_id, status, waiting_for, waiting_until, waiting_message,
    pause_reason, stop_reason, error_code, error_message, step_count, max_steps,
    credits_inherited + credits_used as credits_used, credits_reserved,
    max_credits, cost_level, input_tokens, output_tokens, phase, created_at, started_at, finished_at,
    floor(extract(epoch from coalesce(finished_at, statement_timestamp()) - started_at) * 1000)::bigint as duration_ms,
    (active_us  + case clock when 'active'  then ticked_us else 0 end) / 1000 as active_ms,
    (waiting_us + case clock when 'waiting' then ticked_us else 0 end) / 1000 as waiting_ms,
    (paused_us  + case clock when 'paused'  then ticked_us else 0 end) / 1000 as paused_ms,
    parent_run_id, root_run_id, resumed_from, generation, started_via
from runs
cross join lateral (
    select greatest(0, extract(epoch from statement_timestamp() - clock_since) * 1000000)::bigint as ticked_us
) as ticking;
