-- Which Temporal execution is in charge of a run.

-- A reset opens the run again under the same id: the one exception to "a terminal status never changes".
create or replace function reopen_run(r runs, p_execution text, t timestamptz) returns runs language plpgsql as $$
begin
    update control_receipts set refused_at = t, refused_code = 'run_state'
    where run_id = r.id and effective_at is null and refused_at is null;
    insert into control_receipts (id, run_id, verb, door, requested_at, delivered_at, effective_at)
    values (r.id || '/' || p_execution || '/reset', r.id, 'reset', 'temporal', t, t, t);
    perform give_places_back(r);
    r := switch_clock(clear_waiting(r), 'active', t);
    r.status := 'running';
    r.pause_reason := null;
    r.stop_reason := null;
    r.error_code := null;
    r.error_message := null;
    r.finished_at := null;
    r.repeat_step := false;
    r.generation := r.generation + 1;
    return append_event(r, 'run.reset', null, jsonb_build_object('generation', r.generation), t);
end $$;

-- Puts an execution in charge, and saves the row if that changes it: the run's first, the one that continues the one in
-- charge (p_continued_from), and a reset one. The caller compares execution_id afterwards: any other is stale, and so is one
-- that is known but no longer in charge, or that comes after the run's end without a reset.
create or replace function adopt(r runs, p_execution text, p_reset boolean, t timestamptz, p_continued_from text default null)
returns runs language plpgsql as $$
begin
    if r.execution_id = p_execution
        or not p_reset and (r.finished_at is not null or r.execution_id <> coalesce(p_continued_from, ''))
        or exists (select from run_executions where run_id = r.id and execution_id = p_execution) then
        return r;
    end if;
    if p_reset then
        r := reopen_run(r, p_execution, t);
    end if;
    insert into run_executions (run_id, execution_id, generation, adopted_at)
    values (r.id, p_execution, r.generation, t);
    r.execution_id := p_execution;
    if r.started_at is null then
        r.started_at := t;
        r.engine_started_at := coalesce(r.engine_started_at, t);
        r.status := case r.status when 'queued' then 'running' else r.status end;
        r := append_event(switch_clock(r, 'active', t), 'run.started', null, '{}', t);
    end if;
    perform save_run(r);
    return r;
end $$;

create or replace function is_in_charge(r runs, p_execution text) returns boolean language sql immutable as $$
    select r.finished_at is null and r.execution_id = p_execution
$$;

-- An execution's first call, the only one that a continuation can be known by.
create or replace function reins_adopt(p_run text, p_execution text, p_reset boolean, p_continued_from text)
returns boolean language plpgsql as $$
declare
    r runs := lock_run(p_run);
begin
    return is_in_charge(adopt(r, p_execution, p_reset, reins_now(), p_continued_from), p_execution);
end $$;
