-- Control requests. The run's row, under its lock, puts those of all doors in order; a refusal is an answer.
-- (q."by" is quoted because the bare word is one of plpgsql's own.)

create or replace function request_refused(p_code text, p_message text) returns request_answer language plpgsql as $$
declare
    a request_answer;
begin
    a.refused_code := p_code;
    a.message := p_message;
    return a;
end $$;

create or replace function request_accepted(p_receipt text, p_status text, p_standing boolean) returns request_answer
language plpgsql as $$
declare
    a request_answer;
begin
    a.receipt_id := p_receipt;
    a.status := p_status;
    a.standing := p_standing;
    return a;
end $$;

create or replace function save_receipt(q control_receipts) returns void language sql as $$
    insert into control_receipts (id, run_id, verb, door, by, reason, extend_steps, extend_credits, requested_at,
                                  delivered_at, effective_at, refused_at, refused_code)
    values (q.id, q.run_id, q.verb, q.door, q."by", q.reason, q.extend_steps, q.extend_credits, q.requested_at,
            q.delivered_at, q.effective_at, q.refused_at, q.refused_code)
$$;

-- The latest accepted request of the verb that no later one has undone.
create or replace function standing_receipt(r runs, p_verb text) returns text language sql stable as $$
    select id from (
        select id, verb from control_receipts
        where run_id = r.id and refused_at is null and verb in ('pause', 'resume', 'resolve', 'reset', 'cancel')
        order by ordinal desc limit 1) latest
    where verb = p_verb
$$;

-- An earlier request asks for the same. REST answers with its receipt; Temporal's doors leave one of their own, which
-- becomes effective with it, or is so already (p_done).
create or replace function same_again(r runs, q control_receipts, p_standing text, p_done boolean)
returns request_answer language plpgsql as $$
begin
    if p_standing is not null and q.door = 'rest' then
        return request_accepted(p_standing, r.status, true);
    end if;
    if p_done then
        q.delivered_at := coalesce(q.delivered_at, q.requested_at);
        q.effective_at := q.requested_at;
    end if;
    perform save_receipt(q);
    return request_accepted(q.id, r.status, true);
end $$;

-- Pause and cancel ------------------------------------------------------------------------------------------------

-- A cancel overtakes whatever else was asked, and the step that waits.
create or replace function overtake(r runs, q control_receipts) returns runs language plpgsql as $$
begin
    perform close_receipts(r, '{pause,resume,resolve}', 'run_state', q.requested_at);
    perform give_places_back(r);
    r := clear_waiting(r);
    r.pause_reason := null;
    return r;
end $$;

-- A run whose status is among p_from is on its way (p_way) to what is asked for (p_goal); asked again, the request stands.
create or replace function ask_to_stop(r runs, q control_receipts, p_from text[], p_way text, p_goal text)
returns request_answer language plpgsql as $$
begin
    if r.status in (p_way, p_goal) then
        return same_again(r, q, standing_receipt(r, q.verb), r.status = p_goal);
    elsif r.status <> all (p_from) then
        return request_refused('run_state', format('A run that is %s cannot be %s', r.status, p_goal));
    end if;
    if q.verb = 'cancel' then
        r := overtake(r, q);
    end if;
    r.status := p_way;
    r := append_event(r, 'run.' || p_way, null,
        jsonb_build_object('receiptId', q.id, 'by', q."by", 'reason', q.reason), q.requested_at);
    perform save_receipt(q);
    perform save_run(r);
    return request_accepted(q.id, r.status, false);
end $$;

-- Resume ----------------------------------------------------------------------------------------------------------

-- The most that the user's tier allows, the system's where the tier says nothing; null: no cap.
create or replace function cap_of(r runs, p_limit text) returns bigint language sql stable as $$
    select case when tiers.limits ? p_limit then tiers.limits ->> p_limit else system_limits.limits ->> p_limit end::bigint
    from accounts join tiers on tiers.name = accounts.tier cross join system_limits
    where accounts.user_id = r.user_id
$$;

create or replace function above_cap(p_limit text, p_wanted bigint, p_cap bigint) returns request_answer
language plpgsql as $$
declare
    a request_answer := request_refused('limit_above_cap', format(
        'The tier allows at most %s for %s, not %s', with_thousands(p_cap), p_limit, with_thousands(p_wanted)));
begin
    a.cap := p_cap;
    return a;
end $$;

-- What a run that paused at a limit still lacks, after its extension.
create or replace function room_missing(r runs) returns request_answer language plpgsql as $$
declare
    a request_answer;
    steps_short bigint := 0;
    credits_short bigint := 0;
begin
    case r.pause_reason
        when 'step_limit' then steps_short := r.waiting_step - r.max_steps;
        when 'cost_limit' then credits_short := projected_credits(r, r.waiting_estimate) - r.max_credits;
        when 'insufficient_credits' then credits_short := r.waiting_estimate - available_credits(r.user_id);
        else null;
    end case;
    if coalesce(steps_short, 0) <= 0 and coalesce(credits_short, 0) <= 0 then
        return null;
    end if;
    a := request_refused('no_room', case
        when steps_short > 0 then format('The step limit leaves no room: %s more steps are needed', with_thousands(steps_short))
        when r.pause_reason = 'cost_limit' then
            format('The cost limit leaves no room: %s more credits are needed', with_thousands(credits_short))
        else format('The user lacks %s credits', with_thousands(credits_short)) end);
    a.needed_steps := greatest(0, steps_short);
    a.needed_credits := greatest(0, credits_short);
    return a;
end $$;

-- The source of an extended limit: an admin's where it is above the tier's cap, else the run's own.
create or replace function extension_source(p_limit bigint, p_cap bigint) returns text language sql immutable as $$
    select case when p_limit > p_cap then 'admin' else 'run' end
$$;

create or replace function extended(r runs, q control_receipts) returns runs language plpgsql as $$
begin
    if q.extend_steps > 0 and r.max_steps is not null then
        r.max_steps := least(r.max_steps::bigint + q.extend_steps, 2147483647);
        r.limit_sources := r.limit_sources || jsonb_build_object(
            'maxSteps', extension_source(r.max_steps, cap_of(r, 'maxSteps')));
    end if;
    if q.extend_credits > 0 and r.max_credits is not null then
        r.max_credits := least(r.max_credits::numeric + q.extend_credits, 9223372036854775807);
        r.limit_sources := r.limit_sources || jsonb_build_object(
            'maxCredits', extension_source(r.max_credits, cap_of(r, 'maxCredits')));
    end if;
    return r;
end $$;

-- Null if the extension may be made; going beyond the cap leaves a line in the audit trail.
create or replace function check_extension(r runs, x runs, q control_receipts, p_may_exceed boolean)
returns request_answer language plpgsql as $$
declare
    step_cap bigint := cap_of(r, 'maxSteps');
    credit_cap bigint := cap_of(r, 'maxCredits');
    steps_above boolean := coalesce(x.max_steps > r.max_steps and x.max_steps > step_cap, false);
    credits_above boolean := coalesce(x.max_credits > r.max_credits and x.max_credits > credit_cap, false);
begin
    if steps_above and not p_may_exceed then
        return above_cap('maxSteps', x.max_steps, step_cap);
    elsif credits_above and not p_may_exceed then
        return above_cap('maxCredits', x.max_credits, credit_cap);
    elsif steps_above or credits_above then
        insert into audit (at, actor, action, subject, detail)
        values (q.requested_at, coalesce(q."by", q.door), 'run.extend_above_cap', r.id, jsonb_build_object(
            'receiptId', q.id, 'door', q.door, 'maxSteps', x.max_steps, 'maxCredits', x.max_credits,
            'stepCap', step_cap, 'creditCap', credit_cap));
    end if;
    return null;
end $$;

create or replace function resume_paused(r runs, q control_receipts, p_may_exceed boolean) returns request_answer
language plpgsql as $$
declare
    x runs := extended(r, q);
    refusal request_answer;
begin
    if r.pause_reason = 'unknown_outcome' then
        return request_refused('run_state', 'The outcome of step ' || r.waiting_step || ' must be resolved first');
    end if;
    refusal := room_missing(x);
    if refusal.refused_code is null then
        refusal := check_extension(r, x, q, p_may_exceed);
    end if;
    if refusal.refused_code is not null then
        return refusal;
    end if;
    x := resume_run(x, q.id, q.requested_at);
    perform save_receipt(q);
    perform save_run(x);
    return request_accepted(q.id, x.status, false);
end $$;

-- The pause has not become effective and never will.
create or replace function withdraw_pause(r runs, q control_receipts, p_may_exceed boolean) returns request_answer
language plpgsql as $$
declare
    x runs := extended(r, q);
    refusal request_answer := check_extension(r, x, q, p_may_exceed);
begin
    if refusal.refused_code is not null then
        return refusal;
    end if;
    perform close_receipts(r, '{pause}', 'withdrawn', q.requested_at);
    x.status := case when r.started_at is null then 'queued' else 'running' end;
    x := append_event(x, 'run.resumed', null, jsonb_build_object('receiptId', q.id), q.requested_at);
    perform save_receipt(q);
    perform save_run(x);
    return request_accepted(q.id, x.status, false);
end $$;

create or replace function ask_resume(r runs, q control_receipts, p_may_exceed boolean) returns request_answer
language plpgsql as $$
declare
    standing text;
begin
    case
        when r.status = 'paused' then
            return resume_paused(r, q, p_may_exceed);
        when r.status = 'pausing' then
            return withdraw_pause(r, q, p_may_exceed);
        when r.status = 'running' then
            standing := standing_receipt(r, 'resume');
            if standing is not null then
                return same_again(r, q, standing, true);
            end if;
        else null;
    end case;
    return request_refused('run_state', 'A run that is ' || r.status || ' cannot be resumed');
end $$;

-- Any of them -----------------------------------------------------------------------------------------------------

-- Asked again with the same receipt id it is the same request. A refusal leaves a receipt only at Temporal's doors.
create or replace function reins_request(p_receipt text, p_run text, p_verb text, p_door text, p_by text, p_reason text,
    p_extend_steps int, p_extend_credits bigint, p_may_exceed boolean) returns request_answer language plpgsql as $$
declare
    r runs := lock_run(p_run);
    q control_receipts;
    a request_answer;
begin
    select * into q from control_receipts where id = p_receipt and run_id = p_run;
    if found then
        return request_accepted(q.id, r.status, false);
    end if;
    q.id := p_receipt;
    q.run_id := p_run;
    q.verb := p_verb;
    q.door := p_door;
    q."by" := p_by;
    q.reason := p_reason;
    q.extend_steps := p_extend_steps;
    q.extend_credits := p_extend_credits;
    q.requested_at := reins_now();
    q.delivered_at := case p_door when 'temporal' then q.requested_at end;
    a := case p_verb
        when 'pause' then ask_to_stop(r, q, '{queued,running}', 'pausing', 'paused')
        when 'resume' then ask_resume(r, q, p_may_exceed)
        when 'cancel' then ask_to_stop(r, q, '{queued,running,pausing,paused}', 'cancelling', 'cancelled') end;
    if a.refused_code is not null and p_door <> 'rest' then
        q.refused_at := q.requested_at;
        q.refused_code := a.refused_code;
        perform save_receipt(q);
    end if;
    a.status := coalesce(a.status, r.status);
    return a;
end $$;

-- What reached the workflow ---------------------------------------------------------------------------------------

create or replace function controls_of(r runs, p_execution text, t timestamptz) returns controls_answer
language plpgsql as $$
declare
    a controls_answer;
begin
    a.status := case when r.execution_id = p_execution or r.finished_at is not null then r.status else 'terminated' end;
    a.pause_reason := r.pause_reason;
    a.message := r.waiting_message;
    a.repeat_step := r.repeat_step;
    a.max_steps := r.max_steps;
    a.max_credits := r.max_credits;
    a.active_ms := active_ms(r, t);
    return a;
end $$;

-- One signal: {id, verb, by, reason, extendSteps, extendCredits, receiptId, refusedCode}. One that names a receipt which
-- the store has is its delivery; any other is a request of its own, made at Temporal's door, once per id.
create or replace function register_signal(p_run text, p_signal jsonb) returns void language plpgsql as $$
declare
    q control_receipts;
begin
    perform from control_receipts where id = p_signal ->> 'receiptId' and run_id = p_run;
    if found or exists (select from control_receipts where id = p_signal ->> 'id') then
        return;
    end if;
    if p_signal ->> 'refusedCode' is null then
        perform reins_request(p_signal ->> 'id', p_run, p_signal ->> 'verb', 'temporal', p_signal ->> 'by',
            p_signal ->> 'reason', (p_signal ->> 'extendSteps')::int, (p_signal ->> 'extendCredits')::bigint, true);
        return;
    end if;
    q.id := p_signal ->> 'id';
    q.run_id := p_run;
    q.verb := p_signal ->> 'verb';
    q.door := 'temporal';
    q.requested_at := reins_now();
    q.delivered_at := q.requested_at;
    q.refused_at := q.requested_at;
    q.refused_code := p_signal ->> 'refusedCode';
    perform save_receipt(q);
end $$;

create or replace function pause_for_operator(r runs, t timestamptz) returns runs language plpgsql as $$
declare
    q control_receipts;
begin
    select * into q from control_receipts
    where run_id = r.id and verb = 'pause' and effective_at is null and refused_at is null
    order by ordinal limit 1;
    return pause_run(r, 'operator', r.waiting_step,
        'Paused' || coalesce(' by ' || q."by", '') || coalesce(': ' || q.reason, ''), r.repeat_step, t);
end $$;

-- Registers the signals, lets a pause become effective at a boundary, and confirms what the workflow now knows.
create or replace function reins_receive(p_run text, p_execution text, p_reset boolean, p_signals jsonb,
    p_cancel_requested boolean, p_at_boundary boolean) returns controls_answer language plpgsql as $$
declare
    r runs := lock_run(p_run);
    t timestamptz := reins_now();
    signal jsonb;
begin
    r := adopt(r, p_execution, p_reset, t);
    if not is_in_charge(r, p_execution) then
        return controls_of(r, p_execution, t);
    end if;
    for signal in select * from jsonb_array_elements(p_signals) loop
        perform register_signal(p_run, signal);
    end loop;
    r := lock_run(p_run);
    if p_cancel_requested and r.status <> 'cancelling' then
        perform reins_request(p_run || '/' || p_execution || '/cancel', p_run, 'cancel', 'temporal', null, null, 0, 0, true);
        r := lock_run(p_run);
    end if;

    t := reins_now();
    if p_at_boundary and r.status = 'pausing' then
        r := pause_for_operator(r, t);
        perform save_run(r);
    end if;
    perform close_receipts(r, '{resume,resolve}', null, t);
    update control_receipts set delivered_at = t where run_id = p_run and delivered_at is null and refused_at is null;
    return controls_of(r, p_execution, t);
end $$;

-- A run pauses for what came of a step, once for each outcome: asked again, perhaps after a resume, nothing changes. What a
-- person has passed over, here or in the run that this one continues, is no reason to pause.
create or replace function reins_pause_for(p_run text, p_execution text, p_reset boolean, p_step int, p_reason text, p_message text)
returns controls_answer language plpgsql as $$
declare
    r runs := lock_run(p_run);
    t timestamptz := reins_now();
    a controls_answer;
begin
    r := adopt(r, p_execution, p_reset, t);
    if is_in_charge(r, p_execution) and r.status in ('running', 'pausing') then
        update steps set paused_in = r.generation
        where run_id = p_run and step_number = p_step and not skipped and paused_in is distinct from r.generation;
        if found then
            r := pause_run(r, p_reason, p_step, p_message, false, t);
            perform save_run(r);
            perform close_receipts(r, '{resume,resolve}', null, t);
        end if;
    end if;
    a := controls_of(r, p_execution, t);
    -- What was said of another step is no word on this one: while its outcome stands, repeating it would give the same.
    a.repeat_step := a.repeat_step and not exists (select from steps
        where run_id = p_run and step_number = p_step and status in ('failed', 'timed_out', 'refused'));
    return a;
end $$;

-- Resolve ---------------------------------------------------------------------------------------------------------

create or replace function settle_as_happened(r runs, s steps, p_output jsonb, p_output_digest bytea, t timestamptz)
returns runs language plpgsql as $$
begin
    update steps set status = 'completed', output = p_output, output_digest = p_output_digest, error_message = null,
        credits = s.held, held = 0, claim_token = null, finished_at = t
    where run_id = r.id and step_number = s.step_number;
    r := end_reservation(r, s, s.held, 'resolved: happened', t);
    return append_event(r, 'step.completed', s.step_number, jsonb_build_object(
        'tool', s.tool, 'credits', s.held, 'resolved', 'happened'), t);
end $$;

create or replace function skip_step(r runs, s steps, t timestamptz) returns runs language plpgsql as $$
begin
    update steps set status = 'cancelled', skipped = true, error_message = 'Skipped', held = 0, claim_token = null,
        finished_at = t
    where run_id = r.id and step_number = s.step_number;
    r := end_reservation(r, s, 0, 'resolved: skip', t);
    return append_event(r, 'step.failed', s.step_number, jsonb_build_object(
        'tool', s.tool, 'status', 'cancelled', 'resolved', 'skip'), t);
end $$;

-- One that still holds its reservation is given to the next claim; any other is evaluated anew.
create or replace function retry_step(r runs, s steps, t timestamptz) returns runs language plpgsql as $$
begin
    update steps set status = case when s.status = 'unknown' and (s.held > 0 or s.estimate = 0) then 'running' else 'waiting' end,
        digest = '', claim_token = null, failed_calls = 0, error_message = null, asked_at = null, finished_at = null
    where run_id = r.id and step_number = s.step_number;
    return r;
end $$;

-- Of steps that ran side by side several can be unknown: the row names one of those that are left.
create or replace function name_next_doubt(r runs) returns runs language plpgsql as $$
declare
    s steps;
begin
    select * into s from steps where run_id = r.id and status = 'unknown' order by step_number limit 1;
    if found then
        r.waiting_step := s.step_number;
        r.waiting_message := s.error_message;
    end if;
    return r;
end $$;

-- The run goes on once no step of it is unknown any more.
create or replace function reins_resolve(p_receipt text, p_run text, p_step int, p_outcome text, p_output jsonb,
    p_output_digest bytea, p_door text, p_by text) returns request_answer language plpgsql as $$
declare
    r runs;
    s steps;
    q control_receipts;
    a request_answer;
    t timestamptz;
begin
    perform lock_account_of(p_run);
    r := lock_run(p_run);
    t := reins_now();
    if exists (select from control_receipts where id = p_receipt and run_id = p_run) then
        return request_accepted(p_receipt, r.status, false);
    end if;
    select * into s from steps where run_id = p_run and step_number = p_step;
    if not found then
        return request_refused('not_found', format('Run %s has no step %s', p_run, p_step));
    end if;
    s.input := null;
    s.output := null;
    if r.status <> 'paused' or not (s.status = 'unknown' or p_outcome = 'retry' and r.pause_reason = 'step_failed'
            and r.waiting_step = p_step and s.status in ('failed', 'timed_out', 'refused')) then
        a := request_refused('run_state', format(
            'Step %s is %s and its run is %s: there is nothing to resolve', p_step, s.status, r.status));
        a.status := r.status;
        return a;
    end if;

    r := case p_outcome
        when 'happened' then settle_as_happened(r, s, p_output, p_output_digest, t)
        when 'skip' then skip_step(r, s, t)
        when 'retry' then retry_step(r, s, t) end;
    q.id := p_receipt;
    q.run_id := p_run;
    q.verb := 'resolve';
    q.door := p_door;
    q."by" := p_by;
    q.reason := p_outcome;
    q.requested_at := t;
    if r.pause_reason in ('unknown_outcome', 'step_failed')
        and not exists (select from steps where run_id = p_run and status = 'unknown') then
        r := resume_run(r, p_receipt, t);
        r.repeat_step := true;
    else
        q.delivered_at := t;
        q.effective_at := t;
        if r.waiting_step = p_step then
            r := name_next_doubt(r);
        end if;
    end if;
    perform save_receipt(q);
    perform save_run(r);
    return request_accepted(p_receipt, r.status, false);
end $$;
