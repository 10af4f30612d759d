-- The guards. Each says null (nothing against the step) or its decision; none writes anything.
-- s is the step as it asks now; the caller holds the account's and the run's lock, and t was taken after them.

create or replace function limit_verdict(r runs) returns text language sql immutable as $$
    select case r.limits ->> 'onLimit' when 'fail' then 'failed' else 'paused' end
$$;

create or replace function with_thousands(amount bigint) returns text language sql immutable as $$
    select to_char(amount, 'FM999,999,999,999,999,999,990')
$$;

-- Guard 1 ---------------------------------------------------------------------------------------------------------

-- How many of the run's latest tool calls in a row, this one included, repeat one call, or a cycle of up to 5. Calls are the same if tool and arguments are; earlier calls of a repeatable tool only if their results are too.
-- Model turns between them do not count. 24 earlier calls decide: 5 repetitions of 5 calls, this one the last.
create or replace function loop_of(r runs, s steps, out streak int, out cycle int) language plpgsql as $$
declare
    digests bytea[];
    results bytea[];
    matched int;
begin
    streak := case s.kind when 'tool' then 1 else 0 end;
    cycle := streak;
    if s.kind <> 'tool' or not s.call_digest = any (array(
            select call_digest from steps
            where run_id = r.id and kind = 'tool' and step_number < s.step_number and status <> 'waiting'
            order by step_number desc limit 5)) then
        return;
    end if;
    select array_agg(call_digest order by step_number desc),
           array_agg(case when repeatable then coalesce(output_digest, '') else '' end order by step_number desc)
    into digests, results
    from (select step_number, call_digest, repeatable, output_digest from steps
          where run_id = r.id and kind = 'tool' and step_number < s.step_number and status <> 'waiting'
          order by step_number desc limit 24) latest;
    for period in 1..5 loop
        -- this call (0) against the one a period ago, then call i against call i + period
        matched := 0;
        while matched + period <= cardinality(digests)
            and case when matched = 0 then s.call_digest = digests[period]
                else digests[matched] = digests[matched + period] and results[matched] = results[matched + period] end loop
            matched := matched + 1;
        end loop;
        if (matched + period) / period > streak / cycle then
            streak := matched + period;
            cycle := period;
        end if;
    end loop;
end $$;

-- Warns at the last call of the 3rd repetition and stops the run before that of the 5th.
create or replace function loop_guard(s steps, p_streak int, p_cycle int) returns guard_decisions
language plpgsql as $$
declare
    d guard_decisions;
    what text := case p_cycle when 1 then s.tool || ' with the same arguments'
                              else format('the same cycle of %s calls', p_cycle) end;
begin
    if p_streak <> 3 * p_cycle and p_streak < 5 * p_cycle or s.kind <> 'tool' then
        return null;
    end if;
    d.guard := 'loop';
    d.limit_value := 5;
    d.limit_source := 'system';
    d.observed := p_streak / p_cycle;
    d.remaining := greatest(0, 5 - p_streak / p_cycle);
    if p_streak >= 5 * p_cycle then
        d.verdict := 'failed';
        d.reason := format('Loop detected: %s, %s times in a row', what, p_streak / p_cycle);
    else
        d.verdict := 'warned';
        d.reason := format('Loop warning: %s, %s times in a row. The run is stopped before the 5th', what, p_streak / p_cycle);
    end if;
    return d;
end $$;

-- Guard 2 ---------------------------------------------------------------------------------------------------------

create or replace function step_limit_guard(r runs, s steps) returns guard_decisions language plpgsql as $$
declare
    d guard_decisions;
begin
    if r.max_steps is null or s.step_number <= r.max_steps then
        return null;
    end if;
    d.guard := 'step_limit';
    d.limit_value := r.max_steps;
    d.limit_source := r.limit_sources ->> 'maxSteps';
    d.observed := s.step_number;
    d.remaining := 0;
    d.verdict := limit_verdict(r);
    d.reason := format('Step limit reached: step %s would exceed the limit of %s steps',
                       with_thousands(s.step_number), with_thousands(r.max_steps));
    return d;
end $$;

-- Guard 3 ---------------------------------------------------------------------------------------------------------

-- When the step may be admitted: the Nth latest admission or earlier place, 60 s later. The pad absorbs that a durable
-- timer fires a little late, so that a place computed from another does not come too early by that much.
create or replace function slot_of(s steps, p_limit int, p_own_place bigint, t timestamptz) returns timestamptz
language sql stable as $$
    select at + interval '60.1 seconds' from (
        select admitted_at as at from admissions
        where user_id = s.user_id and category = s.category and admitted_at > t - interval '60 seconds'
        union all
        select slot_at from rate_places
        where user_id = s.user_id and category = s.category and slot_at > t - interval '2 seconds'
            and (p_own_place is null or place < p_own_place)) taken
    order by at desc offset p_limit - 1 limit 1
$$;

-- At most N of the user's steps of this category are admitted in any 60 s, over all runs and workers. A step without a
-- place lets all live places go first, one with a place only the earlier ones.
create or replace function rate_guard(r runs, s steps, t timestamptz) returns guard_decisions language plpgsql as $$
declare
    d guard_decisions;
    per_minute int := (r.limits -> 'ratePerMinute' ->> s.category)::int;
    own_place bigint;
    admitted int;
    ahead int;
begin
    if per_minute is null then
        return null;
    end if;
    select count(*) into admitted from admissions
    where user_id = s.user_id and category = s.category and admitted_at > t - interval '60 seconds';
    select place into own_place from rate_places
    where run_id = r.id and step_number = s.step_number and slot_at > t - interval '2 seconds';
    select count(*) into ahead from rate_places
    where user_id = s.user_id and category = s.category and slot_at > t - interval '2 seconds'
        and (own_place is null or place < own_place);
    if admitted + ahead < per_minute then
        return null;
    end if;
    d.guard := 'rate';
    d.limit_value := per_minute;
    d.limit_source := coalesce(r.limit_sources ->> ('ratePerMinute.' || s.category), r.limit_sources ->> 'ratePerMinute');
    d.observed := admitted;
    d.remaining := greatest(0, per_minute - admitted);
    d.reset_at := case when per_minute > 0 then slot_of(s, per_minute, own_place, t) else 'infinity' end;
    if per_minute < 1 or r.limits ->> 'onRateLimit' = 'fail'
        or d.reset_at > s.asked_at + make_interval(secs => (r.limits ->> 'maxRateWaitSeconds')::int) then
        d.verdict := 'refused';
    else
        d.verdict := 'waiting';
        d.wait_ms := ceil(extract(epoch from d.reset_at - t) * 1000);
    end if;
    d.reason := format('Rate limit exceeded for %s. Limit: %s calls per minute.', s.category, per_minute);
    if per_minute > 0 then
        d.reason := d.reason || format(' Try again in %ss', ceil(extract(epoch from d.reset_at - t)));
    else
        d.reset_at := null;
    end if;
    return d;
end $$;

-- Guards 4 to 6: money --------------------------------------------------------------------------------------------

create or replace function step_cost_guard(r runs, s steps) returns guard_decisions language plpgsql as $$
declare
    d guard_decisions;
    most bigint := (r.limits ->> 'maxCreditsPerStep')::bigint;
begin
    if most is null or s.estimate <= most then
        return null;
    end if;
    d.guard := 'step_cost';
    d.limit_value := most;
    d.limit_source := r.limit_sources ->> 'maxCreditsPerStep';
    d.observed := s.estimate;
    d.remaining := 0;
    d.verdict := 'refused';
    d.reason := format('Step would use %s credits, exceeding per-step limit of %s', s.estimate, most);
    return d;
end $$;

create or replace function run_cost_guard(r runs, s steps) returns guard_decisions language plpgsql as $$
declare
    d guard_decisions;
    projected bigint := projected_credits(r, s.estimate);
begin
    if r.max_credits is null or projected <= r.max_credits then
        return null;
    end if;
    d.guard := 'run_cost';
    d.limit_value := r.max_credits;
    d.limit_source := r.limit_sources ->> 'maxCredits';
    d.observed := projected;
    d.remaining := greatest(0, r.max_credits - projected_credits(r, 0));
    d.verdict := limit_verdict(r);
    d.reason := format('Task would use %s credits total, exceeding per-task limit of %s',
                       with_thousands(projected), with_thousands(r.max_credits));
    return d;
end $$;

create or replace function available_credits(p_user text) returns bigint language plpgsql as $$
begin
    return (select granted - settled - reserved from accounts where user_id = p_user);
end $$;

create or replace function balance_guard(r runs, s steps) returns guard_decisions language plpgsql as $$
declare
    d guard_decisions;
    available bigint := available_credits(r.user_id);
begin
    if s.estimate <= available then
        return null;
    end if;
    d.guard := 'balance';
    d.limit_value := available;
    d.limit_source := 'account';
    d.observed := s.estimate;
    d.remaining := available;
    d.verdict := limit_verdict(r);
    d.reason := format('Step would use %s credits, but only %s are available',
                       with_thousands(s.estimate), with_thousands(available));
    return d;
end $$;

-- All of them, in order -------------------------------------------------------------------------------------------

-- The first that speaks against the step decides; a warning goes with an admission.
create or replace function pass_guards(r runs, s steps, p_streak int, p_cycle int, t timestamptz)
returns guard_decisions language plpgsql as $$
declare
    d guard_decisions;
    warning guard_decisions;
begin
    if p_streak >= 3 * p_cycle then
        warning := loop_guard(s, p_streak, p_cycle);
        if warning.verdict = 'failed' then return warning; end if;
    end if;
    d := step_limit_guard(r, s);
    if d.verdict is not null then return d; end if;
    d := rate_guard(r, s, t);
    if d.verdict is not null then return d; end if;
    if s.estimate > 0 then
        d := step_cost_guard(r, s);
        if d.verdict is not null then return d; end if;
        d := run_cost_guard(r, s);
        if d.verdict is not null then return d; end if;
        d := balance_guard(r, s);
        if d.verdict is not null then return d; end if;
    end if;
    if warning.verdict is not null then return warning; end if;
    d.verdict := 'admitted';
    return d;
end $$;

create or replace function write_decision(r runs, p_step int, d guard_decisions, t timestamptz) returns void
language plpgsql as $$
begin
    insert into guard_decisions (run_id, step_number, guard, limit_value, limit_source, observed, remaining, reset_at,
                                 verdict, wait_ms, reason, at)
    values (r.id, p_step, d.guard, d.limit_value, d.limit_source, d.observed, d.remaining, d.reset_at,
            d.verdict, d.wait_ms, d.reason, t);
end $$;
