-- How a run ends, and what its bookkeeping asks beside its steps.

-- What is still open belongs to nobody: it is released. A call that nobody recorded and that may not be repeated stays
-- unknown; all other open steps are cancelled.
create or replace function close_steps(r runs, t timestamptz) returns runs language plpgsql as $$
declare
    s steps;
begin
    perform give_places_back(r);
    for s in select * from steps where run_id = r.id and status in ('waiting', 'running', 'unknown') loop
        s.input := null;
        s.output := null;
        r := end_reservation(r, s, 0, 'run ended', t);
        update steps set held = 0, digest = '', claim_token = null, finished_at = t,
            status = case when s.status = 'unknown' or s.claim_token is not null and not s.idempotent
                then 'unknown' else 'cancelled' end,
            error_message = coalesce(error_message, 'The run ended')
        where run_id = r.id and step_number = s.step_number;
    end loop;
    return r;
end $$;

-- Every open receipt ends here: a cancel that led to this end was effective, and so was a resume that the run followed.
create or replace function close_all_receipts(r runs, p_status text, t timestamptz) returns void language plpgsql as $$
begin
    if p_status = 'cancelled' then
        perform close_receipts(r, '{cancel}', null, t);
    end if;
    if r.status in ('running', 'pausing') then
        perform close_receipts(r, '{resume,resolve}', null, t);
    end if;
    perform close_receipts(r, '{pause,resume,resolve,cancel}', 'run_state', t);
end $$;

create or replace function end_run(r runs, p_status text, p_stop_reason text, p_error_code text, p_error_message text, t timestamptz)
returns void language plpgsql as $$
begin
    perform close_all_receipts(r, p_status, t);
    r := switch_clock(clear_waiting(close_steps(r, t)), null, t);
    r.status := p_status;
    r.stop_reason := p_stop_reason;
    r.error_code := p_error_code;
    r.error_message := p_error_message;
    r.pause_reason := null;
    r.finished_at := t;
    r := append_event(r, 'run.finished', null, jsonb_build_object(
        'status', p_status, 'stopReason', p_stop_reason, 'errorMessage', p_error_message), t);
    perform save_run(r);
end $$;

-- It once answered nothing, and a function's answer cannot be replaced. Who calls the earlier one calls this as well.
drop function if exists reins_finish(text, text, boolean, text, text, text, text);

-- True if this call ended the run.
create function reins_finish(p_run text, p_execution text, p_reset boolean, p_status text, p_stop_reason text,
    p_error_code text, p_error_message text) returns boolean language plpgsql as $$
declare
    r runs;
    t timestamptz;
begin
    perform lock_account_of(p_run);
    r := lock_run(p_run);
    t := reins_now();
    r := adopt(r, p_execution, p_reset, t);
    if not is_in_charge(r, p_execution) then
        return false;
    end if;
    perform end_run(r, p_status, p_stop_reason, p_error_code, p_error_message, t);
    return true;
end $$;

-- Temporal closed the execution, and the run's own bookkeeping did not write it down. True if the row was changed.
create or replace function reins_reflect_closed(p_run text, p_execution text, p_status text, p_stop_reason text,
    p_error_message text) returns boolean language plpgsql as $$
declare
    r runs;
    t timestamptz;
    verb text := case p_status when 'terminated' then 'terminate' when 'cancelled' then 'cancel' end;
begin
    perform lock_account_of(p_run);
    r := lock_run(p_run);
    t := reins_now();
    if r.finished_at is not null or r.execution_id <> p_execution
            and exists (select from run_executions where run_id = p_run and execution_id = p_execution) then
        return false;
    end if;
    if r.execution_id is distinct from p_execution then
        insert into run_executions (run_id, execution_id, generation, adopted_at)
        values (p_run, p_execution, r.generation, t);
        r.execution_id := p_execution;
    end if;
    if verb = 'terminate' or verb = 'cancel' and standing_receipt(r, 'cancel') is null then
        insert into control_receipts (id, run_id, verb, door, requested_at, delivered_at, effective_at)
        values (p_run || '/' || p_execution || '/' || verb, p_run, verb, 'temporal', t, t, t)
        on conflict (id) do nothing;
    end if;
    perform end_run(r, p_status, p_stop_reason, null, p_error_message, t);
    return true;
end $$;

-- Whether an attempt has claimed the step in this generation, and since it was admitted or retried. Where none has, the time
-- since was spent waiting for one.
create or replace function reins_claimed(p_run text, p_execution text, p_reset boolean, p_step int, out claimed boolean,
    out active bigint) language plpgsql as $$
declare
    r runs := lock_run(p_run);
    t timestamptz := reins_now();
begin
    r := adopt(r, p_execution, p_reset, t);
    claimed := exists (select from steps s where run_id = p_run and step_number = p_step and claims > 0
                       and generation = r.generation and status <> 'waiting' and not awaits_claim(s));
    if not claimed and is_in_charge(r, p_execution) and not is_step_running(r) then
        r := count_as_waiting(r, 9223372036854775807, t);
        perform save_run(r);
    end if;
    active := active_ms(r, t);
end $$;
