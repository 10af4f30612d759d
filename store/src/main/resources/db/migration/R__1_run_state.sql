-- A run's row as the functions handle it: locked, read once, changed in a variable, and saved once.
-- Lock order everywhere: the account's row, then the run's row; only then anything is read.

-- The database's clock. A test may shift it for its own transaction.
create or replace function reins_now() returns timestamptz language sql volatile as $$
    select clock_timestamp() + coalesce(nullif(current_setting('reins.clock_shift', true), '')::interval, '0')
$$;

-- It once answered nothing, and a function's answer cannot be replaced.
drop function if exists lock_account_of(text);

-- Whose account it is: what is asked for a value is worked out in place, where a call for nothing is a statement of its own.
create function lock_account_of(p_run text) returns text language plpgsql as $$
declare
    owner text;
begin
    select user_id into owner from accounts
    where user_id = (select user_id from runs where id = p_run) for no key update;
    return owner;
end $$;

-- The definition stays out of the variable: it can be large and no function needs it.
create or replace function lock_run(p_run text) returns runs language plpgsql as $$
declare
    r runs;
begin
    select * into r from runs where id = p_run for no key update;
    if not found then
        raise exception 'There is no run %', p_run using errcode = 'no_data_found';
    end if;
    r.definition := null;
    return r;
end $$;

-- Writes what functions change; owner, snapshot and money totals' history are not among it.
create or replace function save_run(r runs) returns void language plpgsql as $$
begin
    update runs set
        status = r.status, waiting_for = r.waiting_for, waiting_until = r.waiting_until,
        waiting_message = r.waiting_message, waiting_step = r.waiting_step, waiting_estimate = r.waiting_estimate,
        pause_reason = r.pause_reason, stop_reason = r.stop_reason, error_code = r.error_code,
        error_message = r.error_message, limit_sources = r.limit_sources, max_steps = r.max_steps,
        max_credits = r.max_credits, step_count = r.step_count, credits_used = r.credits_used,
        credits_reserved = r.credits_reserved, cost_level = r.cost_level, input_tokens = r.input_tokens,
        output_tokens = r.output_tokens, clock = r.clock, clock_since = r.clock_since, active_us = r.active_us,
        waiting_us = r.waiting_us, paused_us = r.paused_us, started_at = r.started_at, finished_at = r.finished_at,
        generation = r.generation, execution_id = r.execution_id, engine_started_at = r.engine_started_at,
        repeat_step = r.repeat_step, event_seq = r.event_seq
    where id = r.id;
end $$;

-- It places the event as the trigger would, in the statement that writes it, which saves a third of its time. Where the event
-- before it is missing it gives no place, and the trigger says so.
create or replace function append_event(r runs, p_type text, p_step int, p_data jsonb, t timestamptz) returns runs
language plpgsql as $$
begin
    r.event_seq := r.event_seq + 1;
    insert into events (run_id, seq, project_id, type, at, step_number, data, position)
    select r.id, r.event_seq, r.project_id, p_type, t, p_step, p_data,
        case when previous.seq is not null then
            greatest(previous.position, base + pg_current_xact_id()::text::bigint) end
    from event_clock left join events previous on previous.run_id = r.id and previous.seq = r.event_seq - 1;
    return r;
end $$;

-- Adds up the clock that runs and starts another (null: none).
create or replace function switch_clock(r runs, p_clock text, t timestamptz) returns runs language plpgsql as $$
declare
    elapsed bigint := greatest(0, extract(epoch from t - r.clock_since) * 1000000)::bigint;
begin
    case r.clock
        when 'active' then r.active_us := r.active_us + elapsed;
        when 'waiting' then r.waiting_us := r.waiting_us + elapsed;
        when 'paused' then r.paused_us := r.paused_us + elapsed;
        else null;
    end case;
    r.clock := p_clock;
    r.clock_since := case when p_clock is null then null else t end;
    return r;
end $$;

create or replace function active_ms(r runs, t timestamptz) returns bigint language sql immutable as $$
    select (r.active_us + case when r.clock = 'active'
        then greatest(0, extract(epoch from t - r.clock_since) * 1000000)::bigint else 0 end) / 1000
$$;

-- Time that a step lay in its task queue was waiting, not active; never more than has been counted since the last switch.
create or replace function count_as_waiting(r runs, p_queued_us bigint, t timestamptz) returns runs language plpgsql as $$
declare
    moved bigint;
begin
    if r.clock is distinct from 'active' or p_queued_us <= 0 then
        return r;
    end if;
    moved := least(p_queued_us, greatest(0, extract(epoch from t - r.clock_since) * 1000000)::bigint);
    r := switch_clock(r, 'active', t);
    r.active_us := r.active_us - moved;
    r.waiting_us := r.waiting_us + moved;
    return r;
end $$;

-- Whether anything is under way: one that is admitted and that nobody holds waits for a worker.
create or replace function is_step_running(r runs) returns boolean language sql stable as $$
    select exists (select from steps where run_id = r.id and status = 'running' and claim_token is not null)
$$;

-- Whether another step is under way beside this one: at most 32 run side by side.
create or replace function is_other_running(r runs, p_step int) returns boolean language sql stable as $$
    select exists (select from steps
        where run_id = r.id and step_number between p_step - 31 and p_step + 31 and step_number <> p_step
            and status = 'running' and claim_token is not null)
$$;

-- Whether an admitted step is in nobody's hands: no attempt has claimed it since it was admitted with others, or since a
-- person had it retried. One whose call failed, and that Temporal retries, was claimed.
create or replace function awaits_claim(s steps) returns boolean language sql immutable as $$
    select coalesce(s.status = 'running' and s.claim_token is null and s.failed_calls = 0, false)
$$;

-- Whether the step was admitted with others and its admission is not claimed yet: until then it keeps its request's digest.
-- What the release before this admitted has none; of those, the ones that were never claimed are known.
create or replace function is_unclaimed(s steps) returns boolean language sql immutable as $$
    select awaits_claim(s) and (s.digest <> '' or s.claims = 0)
$$;

create or replace function clear_waiting(r runs) returns runs language plpgsql immutable as $$
begin
    r.waiting_for := null;
    r.waiting_until := null;
    r.waiting_message := null;
    r.waiting_step := null;
    r.waiting_estimate := null;
    return r;
end $$;

-- Steps that wait give their places back; asked for again, they begin a new wait. One that was ever claimed keeps its row.
create or replace function give_places_back(r runs) returns void language sql as $$
    delete from rate_places where run_id = r.id;
    delete from steps where run_id = r.id and status = 'waiting' and claims = 0;
    update steps set asked_at = null where run_id = r.id and status = 'waiting';
$$;

create or replace function close_receipts(r runs, p_verbs text[], p_refused_code text, t timestamptz) returns void
language sql as $$
    update control_receipts set
        delivered_at = case when p_refused_code is null then coalesce(delivered_at, t) else delivered_at end,
        effective_at = case when p_refused_code is null then t end,
        refused_at = case when p_refused_code is not null then t end,
        refused_code = p_refused_code
    where run_id = r.id and verb = any (p_verbs) and effective_at is null and refused_at is null
$$;

-- p_repeat: whether resume repeats the step the run paused at. Whoever asked for a pause has got it, for whatever reason.
create or replace function pause_run(r runs, p_reason text, p_step int, p_message text, p_repeat boolean, t timestamptz)
returns runs language plpgsql as $$
begin
    perform give_places_back(r);
    perform close_receipts(r, '{pause}', null, t);
    r := switch_clock(clear_waiting(r), 'paused', t);
    r.status := 'paused';
    r.pause_reason := p_reason;
    r.waiting_step := p_step;
    r.waiting_message := p_message;
    r.repeat_step := p_repeat;
    return append_event(r, 'run.paused', p_step, jsonb_build_object('pauseReason', p_reason, 'message', p_message), t);
end $$;

-- The row runs on; the receipt of the request becomes effective when the workflow has confirmed it.
create or replace function resume_run(r runs, p_receipt text, t timestamptz) returns runs language plpgsql as $$
begin
    r := switch_clock(clear_waiting(r), 'active', t);
    r.status := 'running';
    r.pause_reason := null;
    return append_event(r, 'run.resumed', null, jsonb_build_object('receiptId', p_receipt), t);
end $$;
