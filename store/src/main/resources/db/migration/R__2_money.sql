-- Credits: the only functions that move them. The caller holds the account's lock; the run's columns are the variable's.

-- The ordinal of a step's latest reservation, which only the ledger knows; 0 before the first.
create or replace function latest_reservation(p_run text, p_step int) returns int language sql stable as $$
    select coalesce(max(reservation), 0) from ledger where run_id = p_run and step_number = p_step
$$;

create or replace function reserve_credits(r runs, p_step int, p_amount bigint, t timestamptz)
returns runs language plpgsql as $$
begin
    insert into ledger (user_id, type, amount, run_id, step_number, reservation, at)
    values (r.user_id, 'reserve', p_amount, r.id, p_step, latest_reservation(r.id, p_step) + 1, t);
    update accounts set reserved = reserved + p_amount where user_id = r.user_id;
    r.credits_reserved := r.credits_reserved + p_amount;
    return r;
end $$;

-- Ends a step's reservation: charges p_charged of it and releases the rest.
create or replace function end_reservation(r runs, s steps, p_charged bigint, p_reason text, t timestamptz)
returns runs language plpgsql as $$
begin
    if s.held = 0 then
        return r;
    end if;
    insert into ledger (user_id, type, amount, run_id, step_number, reservation, reason, at)
    select r.user_id, type, amount, r.id, s.step_number, latest_reservation(r.id, s.step_number), p_reason, t
    from (values ('settle', p_charged), ('release', s.held - p_charged)) as parts (type, amount)
    where amount > 0;
    update accounts set reserved = reserved - s.held, settled = settled + p_charged where user_id = r.user_id;
    r.credits_reserved := r.credits_reserved - s.held;
    r.credits_used := r.credits_used + p_charged;
    return r;
end $$;

create or replace function grant_credits(p_user text, p_amount bigint, p_reason text) returns setof accounts
language plpgsql as $$
begin
    perform from accounts where user_id = p_user for no key update;
    if found then
        insert into ledger (user_id, type, amount, reason, at) values (p_user, 'grant', p_amount, p_reason, reins_now());
        return query update accounts set granted = granted + p_amount where user_id = p_user returning *;
    end if;
end $$;

-- What the run has used and would use with this much more. credits_inherited: what the run it continues had used.
create or replace function projected_credits(r runs, p_more bigint) returns bigint language sql immutable as $$
    select r.credits_inherited + r.credits_used + r.credits_reserved + p_more
$$;

-- Sets the cost level of the projected use. Rising to a level is one event, once per run.
create or replace function set_cost_level(r runs, p_step int, t timestamptz) returns runs language plpgsql as $$
declare
    projected bigint := projected_credits(r, 0);
    percent numeric;
    level text := 'none';
begin
    if coalesce(r.max_credits, 0) = 0 then
        return r;
    end if;
    percent := projected * 100.0 / r.max_credits;
    if percent > 95 then
        level := 'critical';
    elsif percent >= (r.limits ->> 'warningThreshold')::int then
        level := 'warning';
    end if;
    if (r.cost_level, level) in (('none', 'warning'), ('none', 'critical'), ('warning', 'critical'))
        and not exists (select from events where run_id = r.id and type = 'cost.' || level) then
        r := append_event(r, 'cost.' || level, p_step, jsonb_build_object(
            'message', case level
                when 'warning' then format('Warning: Approaching cost limit (%s%% of limit)', round(percent))
                else format('CRITICAL: Near cost limit! (%s%% of limit)', round(percent)) end,
            'percent', round(percent), 'projected', projected, 'limit', r.max_credits), t);
    end if;
    r.cost_level := level;
    return r;
end $$;
