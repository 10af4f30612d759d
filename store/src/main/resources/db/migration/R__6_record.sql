-- What came of a claimed step: recorded and settled in one transaction, by the latest claim alone.

-- What a step says, one message in each role, with an event for each that names it and carries nothing of it. A step that
-- started over has said something before: p_anew, its latest word stands in the place of the earlier one.
create or replace function append_messages(r runs, p_step int, p_messages jsonb, p_anew boolean, t timestamptz)
returns runs language plpgsql as $$
declare
    added int;
begin
    if jsonb_array_length(p_messages) = 0 then
        return r;
    end if;
    with said as (
        insert into messages (run_id, role, content, step_number, created_at)
        select r.id, m ->> 'role', m -> 'content', p_step, t
        from jsonb_array_elements(p_messages) with ordinality as e (m, position) order by position
        on conflict (run_id, step_number, role) where step_number is not null
            do update set content = excluded.content, created_at = excluded.created_at where p_anew
        returning id, role
    ), told as (
        insert into events (run_id, seq, project_id, type, at, step_number, data)
        select r.id, r.event_seq + row_number() over (order by id), r.project_id, 'message.added', t, p_step,
            jsonb_build_object('messageId', id::text, 'role', role)
        from said order by id
        returning seq
    )
    select count(*) into added from told;
    r.event_seq := r.event_seq + added;
    return r;
end $$;

-- Only Temporal's view of the attempt is late; what it did is kept as evidence and never charged.
create or replace function keep_late_result(p_run text, p_step int, p_token uuid, p_status text, p_output jsonb, t timestamptz)
returns void language sql as $$
    insert into late_results (run_id, step_number, claim_token, outcome, output, at)
    select p_run, p_step, p_token, p_status, p_output, t
    where not exists (select from late_results
                      where run_id = p_run and step_number = p_step and claim_token = p_token)
$$;

create or replace function note_step_timeout(r runs, s steps, p_message text, t timestamptz) returns void
language plpgsql as $$
declare
    d guard_decisions;
begin
    d.guard := 'timeout';
    d.limit_value := (r.limits -> 'toolTimeoutMs' ->> s.category)::bigint;
    d.limit_source := coalesce(r.limit_sources ->> ('toolTimeoutMs.' || s.category), r.limit_sources ->> 'toolTimeoutMs');
    d.observed := round(extract(epoch from t - s.started_at) * 1000);
    d.remaining := 0;
    d.verdict := 'failed';
    d.reason := p_message;
    perform write_decision(r, s.step_number, d, t);
end $$;

-- The step's own event. A cancelled step is one that failed, as far as the stream of events goes.
create or replace function append_step_event(r runs, s steps, p_status text, p_charged bigint, p_message text, p_lane text,
    t timestamptz) returns runs language plpgsql as $$
begin
    if p_status = 'completed' then
        return append_event(r, 'step.completed', s.step_number, jsonb_build_object(
            'tool', s.tool, 'lane', p_lane, 'credits', p_charged,
            'durationMs', round(extract(epoch from t - s.started_at) * 1000)), t);
    end if;
    return append_event(r, 'step.failed', s.step_number, jsonb_build_object(
        'tool', s.tool, 'lane', p_lane, 'status', p_status, 'message', p_message, 'credits', p_charged), t);
end $$;

-- Nobody knows whether the step happened: its reservation stays, and the run pauses unless it is ending.
create or replace function record_unknown(r runs, s steps, p_message text, t timestamptz) returns runs
language plpgsql as $$
begin
    update steps set status = 'unknown', error_message = p_message
    where run_id = r.id and step_number = s.step_number;
    if r.status in ('running', 'pausing') then
        r := pause_run(r, 'unknown_outcome', s.step_number, coalesce(p_message, 'The outcome of a step is unknown'), true, t);
    end if;
    return r;
end $$;

-- p_cost: what it really cost; what exceeds the reservation is the platform's overrun.
create or replace function record_known(r runs, s steps, p_status text, p_output jsonb, p_output_digest bytea,
    p_message text, p_cost bigint, p_lane text, t timestamptz) returns runs language plpgsql as $$
declare
    charged bigint := least(p_cost, s.held);
begin
    update steps set status = p_status, output = p_output,
        output_digest = case when s.repeatable then p_output_digest end, error_message = p_message,
        credits = charged, overrun = p_cost - charged, held = 0, finished_at = t
    where run_id = r.id and step_number = s.step_number;
    r := end_reservation(r, s, charged, p_status, t);
    if p_status = 'timed_out' then
        perform note_step_timeout(r, s, p_message, t);
    end if;
    return append_step_event(r, s, p_status, charged, p_message, p_lane, t);
end $$;

-- It once answered nothing, and a function's answer cannot be replaced.
drop function if exists lock_account_of_held(text, int);

-- Locks the account of a step that holds credits, as recording it moves them. What its claim holds stays as it is while the
-- claim lasts, so it may be read before the locks; whoever has lost the claim moves nothing. A step that holds none lets the
-- user's other runs go on beside it.
create function lock_account_of_held(p_run text, p_step int) returns text language plpgsql as $$
declare
    owner text;
begin
    select user_id into owner from accounts
    where user_id = (select user_id from steps where run_id = p_run and step_number = p_step and held > 0) for no key update;
    return owner;
end $$;

-- p_output: JSON's null if the message says it. p_reported: what the tool or provider says it cost; null: the estimate if
-- completed, else nothing.
create or replace function reins_record(p_run text, p_execution text, p_step int, p_token uuid, p_status text,
    p_output jsonb, p_output_digest bytea, p_message text, p_reported bigint, p_input_tokens bigint,
    p_output_tokens bigint, p_messages jsonb, p_lane text) returns step_answer language plpgsql as $$
declare
    r runs;
    s steps;
    a step_answer;
    t timestamptz;
    locked text;
    given jsonb := what_was_given(p_output, p_messages -> 0 ->> 'role', p_messages -> 0 -> 'content');
begin
    -- Where the outcome is unknown the run pauses, and gives places in its user's windows back.
    locked := case p_status when 'unknown' then lock_account_of(p_run) else lock_account_of_held(p_run, p_step) end;
    r := lock_run(p_run);
    t := reins_now();
    select * into s from steps where run_id = p_run and step_number = p_step;
    s.input := null;
    s.output := null;
    if s.claim_token = p_token and s.status <> 'running' then
        return answer_of(r, 'recorded', null, t);
    elsif s.claim_token is distinct from p_token or not is_in_charge(r, p_execution) then
        perform keep_late_result(p_run, p_step, p_token, p_status, given, t);
        return answer_of(r, 'superseded', null, t);
    end if;

    if p_status = 'unknown' then
        r := record_unknown(r, s, p_message, t);
    else
        r := record_known(r, s, p_status, p_output, p_output_digest, p_message,
                          coalesce(p_reported, case p_status when 'completed' then s.estimate else 0 end), p_lane, t);
    end if;
    r := append_messages(r, p_step, p_messages, true, t);
    r.input_tokens := r.input_tokens + p_input_tokens;
    r.output_tokens := r.output_tokens + p_output_tokens;
    if r.status = 'running' and r.waiting_for is not null and not is_step_running(r) then
        r := switch_clock(r, 'waiting', t);
    elsif r.clock = 'active' then
        -- What has been worked so far is no waiting of one beside it that is claimed later.
        r := switch_clock(r, 'active', t);
    end if;
    perform save_run(r);
    a := answer_of(r, 'recorded', null, t);
    a.category := s.category;
    a.took_ms := round(extract(epoch from t - s.started_at) * 1000);
    return a;
end $$;

-- What stays in the place of a claim that ends and leaves nothing in doubt itself: a token of nobody's, if a claim before it
-- may have called, as only a tool allows that may be called again. A worker that does not allow it finds the step in doubt.
create or replace function claim_before(s steps) returns uuid language sql volatile as $$
    select case when s.idempotent and s.claims - 1 > s.failed_calls then gen_random_uuid() end
$$;

-- One call has failed for certain and Temporal will retry it: the claim is over, so the next attempt gets the step also
-- where a second claim would be doubtful, unless one before it left a doubt. Asked again with the same token it counts
-- nothing.
create or replace function reins_count_failed_call(p_run text, p_execution text, p_step int, p_token uuid, p_message text)
returns int language plpgsql as $$
declare
    r runs := lock_run(p_run);
begin
    if is_in_charge(r, p_execution) then
        update steps set failed_calls = failed_calls + 1, error_message = p_message, claim_token = claim_before(steps)
        where run_id = p_run and step_number = p_step and claim_token = p_token and status = 'running';
    end if;
    return (select failed_calls from steps where run_id = p_run and step_number = p_step);
end $$;

-- A claim whose step was not called: it is in nobody's hands again, as if this claim had never been. Whoever holds the token
-- may say so, also when the run has another execution by now. Whether the claim was held.
create or replace function reins_give_back(p_run text, p_step int, p_token uuid) returns boolean
language plpgsql as $$
begin
    perform lock_run(p_run);
    update steps set claim_token = claim_before(steps), claims = claims - 1
    where run_id = p_run and step_number = p_step and claim_token = p_token and status = 'running';
    return found;
end $$;

-- Messages beside a step's own record; what the step has said stands.
create or replace function append_messages_once(p_run text, p_step int, p_messages jsonb) returns void
language plpgsql as $$
declare
    r runs := lock_run(p_run);
begin
    r := append_messages(r, p_step, p_messages, false, reins_now());
    update runs set event_seq = r.event_seq where id = p_run and event_seq <> r.event_seq;
end $$;
