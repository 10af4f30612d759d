-- Admission: one call, one transaction, keyed by the step.

create or replace function answer_of(r runs, p_kind text, p_message text, t timestamptz) returns step_answer
language plpgsql as $$
declare
    a step_answer;
begin
    a.kind := p_kind;
    a.message := p_message;
    a.step_count := r.step_count;
    a.credits_used := r.credits_inherited + r.credits_used;
    a.input_tokens := r.input_tokens;
    a.output_tokens := r.output_tokens;
    a.active_ms := active_ms(r, t);
    return a;
end $$;

create or replace function claimed_answer(r runs, s steps, p_streak int, p_cycle int, t timestamptz)
returns step_answer language plpgsql as $$
declare
    a step_answer := answer_of(r, 'claimed', null, t);
begin
    a.claim := s.claims;
    a.failed_calls := s.failed_calls;
    a.loop_cycle := p_cycle;
    a.loop_repetitions := case p_cycle when 0 then 0 else p_streak / p_cycle end;
    return a;
end $$;

-- Whether a step that the run had on record before its reset starts over. All that has an outcome keeps it, and so does all
-- that a person has decided. Only where asking again is harmless, what was cancelled or is another call now starts over, and
-- so do the run's last steps (up to p_last, the last that is asked for with it) where they came to nothing: nothing went on
-- from that.
create or replace function starts_over(r runs, s steps, p_call_digest bytea, p_last int) returns boolean
language sql immutable as $$
    select s.generation < r.generation and not s.skipped and (s.idempotent or s.claims = 0)
        and (s.status = 'cancelled' or s.call_digest <> p_call_digest
             or s.status <> 'completed' and p_last >= r.step_count)
$$;

create or replace function starts_over(r runs, s steps, p_call_digest bytea) returns boolean language sql immutable as $$
    select starts_over(r, s, p_call_digest, s.step_number)
$$;

-- Nobody can tell whether the step happened, and it may not be called twice: someone claimed it and nothing is recorded, or
-- its call was cancelled on the way and now, after a reset, it is asked for again.
create or replace function is_in_doubt(r runs, s steps) returns boolean language sql immutable as $$
    select s.status = 'unknown' or not s.idempotent and (
        s.status = 'running' and s.claim_token is not null
        or s.status = 'cancelled' and s.generation < r.generation and s.claims > 0 and not s.skipped)
$$;

-- What is settled already and is only repeated; null if the step is open.
create or replace function recorded_answer(r runs, s steps, p_call_digest bytea, p_token uuid, t timestamptz)
returns step_answer language plpgsql as $$
declare
    a step_answer;
    l record;
begin
    if s.status = 'running' and s.claim_token = p_token then
        l := loop_of(r, s);
        return claimed_answer(r, s, l.streak, l.cycle, t);
    elsif starts_over(r, s, p_call_digest) or is_in_doubt(r, s) then
        return null;
    elsif s.status = 'completed' then
        a := answer_of(r, 'recorded', null, t);
        a.output := (select output from recorded_steps where run_id = r.id and step_number = s.step_number);
        return a;
    elsif s.status in ('failed', 'timed_out', 'refused', 'cancelled') then
        return answer_of(r, s.status, s.error_message, t);
    end if;
    return null;
end $$;

-- A step that was admitted before is given to another attempt: no second admission, no second reservation. What it was
-- asked for as matters no longer.
create or replace function claim_again(r runs, s steps, p_token uuid, t timestamptz) returns step_answer
language plpgsql as $$
declare
    l record := loop_of(r, s);
begin
    s.failed_calls := case s.generation when r.generation then s.failed_calls else 0 end;
    s.claims := s.claims + 1;
    update steps set claim_token = p_token, claims = s.claims, failed_calls = s.failed_calls, digest = '',
        idempotent = s.idempotent, generation = r.generation, started_at = t
    where run_id = r.id and step_number = s.step_number;
    r := switch_clock(r, 'active', t);
    perform save_run(r);
    return claimed_answer(r, s, l.streak, l.cycle, t);
end $$;

-- Whether a step was admitted with others and nobody has claimed it for a minute, because the run was paused or no worker
-- was there: by now it has left its rate window.
create or replace function has_lapsed(s steps, t timestamptz) returns boolean language sql immutable as $$
    select is_unclaimed(s) and s.started_at <= t - interval '60 seconds'
$$;

-- Whether an admission that nobody has claimed was for another request than q. Of a tool that a worker does not know, or knows
-- from another build, it asks as of another one. The request's digest is of the call's and the estimate.
create or replace function is_for_another(s steps, q steps) returns boolean language sql immutable as $$
    select is_unclaimed(s) and (s.kind, s.category, s.call_digest, s.estimate, s.idempotent, s.repeatable)
        is distinct from (q.kind, q.category, q.call_digest, q.estimate, q.idempotent, q.repeatable)
$$;

-- Gives back what an unclaimed admission holds; the step is to be admitted anew.
create or replace function lapse(r runs, s steps, t timestamptz) returns runs language plpgsql as $$
begin
    update steps set status = 'waiting', held = 0, asked_at = null, started_at = null
    where run_id = r.id and step_number = s.step_number;
    r := end_reservation(r, s, 0, case when has_lapsed(s, t) then 'admission lapsed' else 'asked for otherwise' end, t);
    perform save_run(r);
    return r;
end $$;

-- A person has to say what became of the step.
create or replace function doubt_step(r runs, s steps, t timestamptz) returns step_answer language plpgsql as $$
declare
    a step_answer;
    message text := format('Step %s (%s) may or may not have happened: say happened, retry or skip',
                           s.step_number, s.tool);
begin
    update steps set status = 'unknown', claim_token = null, generation = r.generation, error_message = message,
        finished_at = null
    where run_id = r.id and step_number = s.step_number;
    r := pause_run(r, 'unknown_outcome', s.step_number, message, true, t);
    perform save_run(r);
    a := answer_of(r, 'unknown', message, t);
    a.pause_reason := r.pause_reason;
    return a;
end $$;

-- The answer, with what the guards have just said.
create or replace function with_decision(a step_answer, d guard_decisions) returns step_answer language plpgsql as $$
begin
    a.guard := d.guard;
    a.verdict := d.verdict;
    a.wait_ms := d.wait_ms;
    return a;
end $$;

create or replace function end_for_timeout(r runs, p_step int, t timestamptz) returns step_answer language plpgsql as $$
declare
    a step_answer;
    d guard_decisions;
begin
    d.guard := 'timeout';
    d.limit_value := (r.limits ->> 'timeoutSeconds')::bigint * 1000;
    d.limit_source := r.limit_sources ->> 'timeoutSeconds';
    d.observed := active_ms(r, t);
    d.remaining := 0;
    d.verdict := 'failed';
    d.reason := format('Run timed out after %ss of active time', r.limits ->> 'timeoutSeconds');
    perform write_decision(r, p_step, d, t);
    perform save_run(r);
    a := answer_of(r, 'run_ends', d.reason, t);
    a.stop_reason := 'timeout';
    return with_decision(a, d);
end $$;

create or replace function is_out_of_time(r runs, t timestamptz) returns boolean language sql immutable as $$
    select coalesce(active_ms(r, t) >= (r.limits ->> 'timeoutSeconds')::bigint * 1000, false)
$$;

-- The verdicts, carried out -----------------------------------------------------------------------------------------

-- Writes the step as it was asked for now. p_input travels beside s because it can be large. What it was asked for as
-- matters until it is claimed.
create or replace function write_step(s steps, p_input jsonb) returns void language plpgsql as $$
begin
    insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest, call_digest,
        repeatable, idempotent, input, error_message, estimate, held, asked_at, claim_token, claims, started_at,
        finished_at)
    values (s.run_id, s.step_number, s.kind, s.tool, s.category, s.user_id, s.generation, s.status,
        case when s.status in ('waiting', 'running') and s.claim_token is null then s.digest else '' end,
        s.call_digest, s.repeatable, s.idempotent, p_input, s.error_message, s.estimate, s.held, s.asked_at,
        s.claim_token, s.claims, s.started_at, s.finished_at)
    on conflict (run_id, step_number) do update set
        kind = excluded.kind, tool = excluded.tool, category = excluded.category, generation = excluded.generation,
        status = excluded.status, digest = excluded.digest, call_digest = excluded.call_digest,
        repeatable = excluded.repeatable, idempotent = excluded.idempotent, input = excluded.input, output = null,
        output_digest = null, error_message = excluded.error_message, estimate = excluded.estimate,
        held = excluded.held, credits = 0, overrun = 0, asked_at = excluded.asked_at,
        claim_token = excluded.claim_token, claims = excluded.claims, failed_calls = 0,
        started_at = excluded.started_at, finished_at = excluded.finished_at, skipped = false, paused_in = null;
end $$;

create or replace function warn_of_loop(r runs, s steps, d guard_decisions, t timestamptz) returns runs
language plpgsql as $$
begin
    if r.kind = 'agentic' then
        r := append_messages(r, s.step_number, jsonb_build_array(jsonb_build_object(
            'role', 'system', 'content', jsonb_build_object('text', d.reason))), true, t);
    end if;
    return append_event(r, 'loop.warning', s.step_number, jsonb_build_object(
        'message', d.reason, 'tool', s.tool, 'repetitions', d.observed), t);
end $$;

create or replace function admit_step(r runs, s steps, p_input jsonb, d guard_decisions, p_streak int, p_cycle int,
    t timestamptz) returns step_answer language plpgsql as $$
declare
    a step_answer;
    last_event int;
    rises boolean := false;
begin
    delete from rate_places where run_id = r.id and step_number = s.step_number;
    s.status := 'running';
    s.failed_calls := 0;
    s.started_at := t;
    s.claims := s.claims + case when s.claim_token is null then 0 else 1 end;
    insert into admissions (user_id, category, admitted_at, run_id, step_number)
    values (s.user_id, s.category, t, r.id, s.step_number);
    if s.estimate > 0 then
        s.held := s.estimate;
        r := reserve_credits(r, s.step_number, s.estimate, t);
    end if;
    perform write_step(s, p_input);
    if d.verdict = 'warned' then
        r := warn_of_loop(r, s, d, t);
    end if;
    r := append_event(r, 'step.started', s.step_number, jsonb_build_object('tool', s.tool, 'kind', s.kind), t);
    if s.estimate > 0 then
        last_event := r.event_seq;
        r := set_cost_level(r, s.step_number, t);
        rises := r.event_seq > last_event;
    end if;
    if r.waiting_step = s.step_number then
        r := clear_waiting(r);
    end if;
    r := switch_clock(r, 'active', t);
    r.step_count := greatest(r.step_count, s.step_number);
    perform save_run(r);
    a := claimed_answer(r, s, p_streak, p_cycle, t);
    a.cost_level := case when rises then r.cost_level end;
    return a;
end $$;

create or replace function make_step_wait(r runs, s steps, p_input jsonb, d guard_decisions, p_began boolean, t timestamptz)
returns step_answer language plpgsql as $$
declare
    a step_answer;
begin
    delete from rate_places
    where user_id = s.user_id and category = s.category and slot_at <= t - interval '2 seconds';
    insert into rate_places (user_id, category, run_id, step_number, slot_at)
    values (s.user_id, s.category, r.id, s.step_number, d.reset_at)
    on conflict (run_id, step_number) do update set slot_at = excluded.slot_at;
    s.status := 'waiting';
    s.claim_token := null;
    perform write_step(s, p_input);
    r.waiting_for := 'rate_limit';
    r.waiting_until := d.reset_at;
    r.waiting_message := d.reason;
    r.waiting_step := s.step_number;
    if p_began then
        r := append_event(r, 'guard.waiting', s.step_number, jsonb_build_object(
            'guard', d.guard, 'message', d.reason, 'until', d.reset_at), t);
    end if;
    r := switch_clock(r, case when is_step_running(r) then 'active' else 'waiting' end, t);
    perform save_run(r);
    a := answer_of(r, 'waiting', d.reason, t);
    a.waiting_for := r.waiting_for;
    a.wait_until := d.reset_at;
    return a;
end $$;

create or replace function refuse_step(r runs, s steps, p_input jsonb, d guard_decisions, t timestamptz)
returns step_answer language plpgsql as $$
begin
    delete from rate_places where run_id = r.id and step_number = s.step_number;
    s.status := 'refused';
    s.error_message := 'Execution guard failed: ' || d.reason;
    s.claim_token := null;
    s.finished_at := t;
    perform write_step(s, p_input);
    r := append_event(r, 'guard.refused', s.step_number, jsonb_build_object(
        'guard', d.guard, 'message', d.reason, 'tool', s.tool), t);
    if r.waiting_step = s.step_number then
        r := clear_waiting(r);
    end if;
    r := switch_clock(r, 'active', t);
    r.step_count := greatest(r.step_count, s.step_number);
    perform save_run(r);
    return answer_of(r, 'refused', s.error_message, t);
end $$;

create or replace function pause_at_step(r runs, s steps, d guard_decisions, t timestamptz) returns step_answer
language plpgsql as $$
declare
    a step_answer;
begin
    r := pause_run(r, case d.guard when 'step_limit' then 'step_limit' when 'run_cost' then 'cost_limit'
                                   when 'balance' then 'insufficient_credits' end, s.step_number, d.reason, true, t);
    r.waiting_estimate := s.estimate;
    perform save_run(r);
    a := answer_of(r, 'paused', d.reason, t);
    a.pause_reason := r.pause_reason;
    return a;
end $$;

create or replace function end_at_step(r runs, d guard_decisions, t timestamptz) returns step_answer
language plpgsql as $$
declare
    a step_answer;
begin
    perform save_run(r);
    a := answer_of(r, 'run_ends', d.reason, t);
    a.stop_reason := case d.guard when 'loop' then 'doom_loop' else 'guard_denied' end;
    if a.stop_reason = 'guard_denied' then
        a.message := 'Execution guard failed: ' || a.message;
    end if;
    return a;
end $$;

-- Does to a step that nobody holds what the guards have decided.
create or replace function carry_out(r runs, s steps, p_input jsonb, d guard_decisions, p_streak int, p_cycle int,
    p_began boolean, t timestamptz) returns step_answer language plpgsql as $$
begin
    perform write_decision(r, s.step_number, d, t);
    return with_decision(case
        when d.verdict in ('admitted', 'warned') then admit_step(r, s, p_input, d, p_streak, p_cycle, t)
        when d.verdict = 'waiting' then make_step_wait(r, s, p_input, d, p_began, t)
        when d.verdict = 'refused' then refuse_step(r, s, p_input, d, t)
        when d.verdict = 'paused' then pause_at_step(r, s, d, t)
        when d.verdict = 'failed' then end_at_step(r, d, t)
    end, d);
end $$;

-- Evaluates the guards for a step that nobody holds.
create or replace function evaluate_step(r runs, s steps, p_input jsonb, p_began boolean, t timestamptz)
returns step_answer language plpgsql as $$
declare
    l record := loop_of(r, s);
begin
    return carry_out(r, s, p_input, pass_guards(r, s, l.streak, l.cycle, t), l.streak, l.cycle, p_began, t);
end $$;

-- What is written of a step, without what can be large; nothing if it is new.
create or replace function written_step(p_run text, p_step int) returns steps language plpgsql as $$
declare
    s steps;
begin
    select * into s from steps where run_id = p_run and step_number = p_step;
    s.input := null;
    s.output := null;
    return s;
end $$;

-- q, as it is to be written: what stays of s, the same step as it was asked for before.
create or replace function asked_again(q steps, s steps, t timestamptz) returns steps language plpgsql immutable as $$
begin
    q.claims := coalesce(s.claims, 0);
    q.asked_at := case when begins_anew(q, s) then t else s.asked_at end;
    return q;
end $$;

create or replace function begins_anew(q steps, s steps) returns boolean language sql immutable as $$
    select s.status is distinct from 'waiting' or s.asked_at is null or s.digest <> q.digest
$$;

-- s: what is written of the step, nothing if it is new; q: the step as it is asked for now. Until it is claimed, it is
-- admitted for what it was asked for as; once claimed, it keeps its admission whatever it is asked for as. Running in
-- nobody's hands, it belongs to whoever asks next.
create or replace function answer_step(r runs, s steps, q steps, p_input jsonb, p_queued_us bigint, t timestamptz)
returns step_answer language plpgsql as $$
declare
    a step_answer;
begin
    if s.status is not null then
        a := recorded_answer(r, s, q.call_digest, q.claim_token, t);
    end if;
    if a.kind is not null then
        return a;
    elsif r.status <> 'running' then
        return answer_of(r, 'held', 'The run is ' || r.status, t);
    end if;

    if s.status is distinct from 'running' or not is_other_running(r, s.step_number) then
        r := count_as_waiting(r, p_queued_us, t);
    end if;
    if s.status = 'running' and not is_unclaimed(s) then
        -- It may be called again only where all who claim it say so.
        s.idempotent := s.idempotent and q.idempotent;
    end if;
    if is_out_of_time(r, t) then
        return end_for_timeout(r, q.step_number, t);
    elsif is_in_doubt(r, s) then
        return doubt_step(r, s, t);
    elsif has_lapsed(s, t) or is_for_another(s, q) then
        r := lapse(r, s, t);
        s := written_step(r.id, s.step_number);
    elsif s.status = 'running' then
        return claim_again(r, s, q.claim_token, t);
    end if;
    return evaluate_step(r, asked_again(q, s, t), p_input, begins_anew(q, s), t);
end $$;

-- p_digest: of tool, arguments and estimate; p_call_digest: of tool and arguments.
create or replace function reins_admit(p_run text, p_execution text, p_reset boolean, p_step int, p_kind text,
    p_tool text, p_category text, p_input jsonb, p_digest bytea, p_call_digest bytea, p_estimate bigint,
    p_idempotent boolean, p_repeatable boolean, p_token uuid, p_queued_us bigint) returns step_answer
language plpgsql as $$
declare
    r runs;
    q steps;
    t timestamptz;
begin
    q.user_id := lock_account_of(p_run);
    r := lock_run(p_run);
    t := reins_now();
    if r.execution_id is distinct from p_execution then
        r := adopt(r, p_execution, p_reset, t);
    end if;
    if not is_in_charge(r, p_execution) then
        return answer_of(r, 'stale', 'This execution is not in charge of run ' || p_run, t);
    end if;
    q.run_id := p_run;
    q.step_number := p_step;
    q.kind := p_kind;
    q.tool := p_tool;
    q.category := p_category;
    q.generation := r.generation;
    q.digest := p_digest;
    q.call_digest := p_call_digest;
    q.estimate := p_estimate;
    q.held := 0;
    q.idempotent := p_idempotent;
    q.repeatable := p_repeatable;
    q.claim_token := p_token;
    return answer_step(r, written_step(p_run, p_step), q, p_input, p_queued_us, t);
end $$;

-- Steps side by side ------------------------------------------------------------------------------------------------

-- Whether the run goes on past the step if that comes to nothing: a model is told of it, or the plan says so.
create or replace function goes_on_past(r runs, p_step int) returns boolean language sql stable as $$
    select r.kind = 'agentic' or exists (select from plan_steps
        where run_id = r.id and plan_index = plan_index_of(r, p_step) and on_error = 'continue')
$$;

-- A step's place among those that run side by side: its answer if it may, null if it ends them. Of one that ends them
-- nothing is written: it is evaluated when it is asked for by itself. p_last: the last of them. p_ends: one before it ends
-- the run or has it pause, so that none is admitted any more that was not before.
create or replace function answer_beside(r runs, q steps, p_input jsonb, p_last int, p_ends boolean, t timestamptz)
returns step_answer language plpgsql as $$
declare
    s steps := written_step(r.id, q.step_number);
    a step_answer;
    l record;
    d guard_decisions;
begin
    if is_in_doubt(r, s) then
        return null;
    elsif has_lapsed(s, t) or is_for_another(s, q) then
        r := lapse(r, s, t);
        s := written_step(r.id, q.step_number);
    elsif s.status = 'running' then
        return answer_of(r, 'running', null, t);
    elsif starts_over(r, s, q.call_digest, p_last) then
        r := retry_step(r, s, t);
        s := written_step(r.id, q.step_number);
    end if;
    a := recorded_answer(r, s, q.call_digest, null, t);
    if a.kind is not null or p_ends then
        return a;
    end if;

    q := asked_again(q, s, t);
    l := loop_of(r, q);
    d := pass_guards(r, q, l.streak, l.cycle, t);
    if d.verdict in ('admitted', 'warned') or d.verdict = 'refused' and goes_on_past(r, q.step_number) then
        a := carry_out(r, q, p_input, d, l.streak, l.cycle, begins_anew(q, s), t);
    end if;
    return a;
end $$;

-- Admits steps that are to run side by side, in their order. Each is then claimed by an attempt of its own, as one is that
-- was admitted before. p_steps: columns of steps by name, and the input. Answers for those that may run, from the first on;
-- asked again, it admits none twice.
create or replace function reins_admit_together(p_run text, p_execution text, p_reset boolean, p_steps jsonb)
returns setof step_answer language plpgsql as $$
declare
    r runs;
    q steps;
    a step_answer;
    t timestamptz;
    asked jsonb;
    ends boolean := false;
begin
    perform lock_account_of(p_run);
    r := lock_run(p_run);
    t := reins_now();
    r := adopt(r, p_execution, p_reset, t);
    if not is_in_charge(r, p_execution) or r.status <> 'running' or is_out_of_time(r, t) then
        return;
    end if;
    for asked in select * from jsonb_array_elements(p_steps) loop
        q := jsonb_populate_record(null::steps, asked - '{input,claim_token}'::text[]);
        q.run_id := p_run;
        q.user_id := r.user_id;
        q.generation := r.generation;
        q.held := 0;
        a := answer_beside(r, q, asked -> 'input', (p_steps -> -1 ->> 'step_number')::int, ends, t);
        exit when a.kind is null;
        return next a;
        ends := ends or a.kind in ('failed', 'timed_out', 'refused') and not goes_on_past(r, q.step_number);
        r := lock_run(p_run);
    end loop;
end $$;
