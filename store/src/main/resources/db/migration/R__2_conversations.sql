-- Where a run's conversation is kept: its own messages and steps, and those it inherited, each up to where it did.
create or replace function conversation_of(p_run text)
returns table (source_run text, until_message bigint, until_step int) language sql stable as $$
    select p_run, 9223372036854775807, 2147483647
    union all
    select source_run_id, until_message, until_step from inherited_conversations where run_id = p_run
$$;

-- What a model still has to be told of the calls that its last turn asked for: the run ended before it was.
create or replace function unanswered_calls(p_run text)
returns table (call_id text, answer text) language sql stable as $$
    with turn as (
        select latest.* from conversation_of(p_run) cross join lateral (
            select id, run_id, content, step_number from messages
            where run_id = source_run and id <= until_message and role = 'assistant'
            order by id desc limit 1) latest
        order by id desc limit 1
    ), answered as (
        select content ->> 'toolCallId' as call_id from conversation_of(p_run) join messages on run_id = source_run
        where role = 'tool' and id <= until_message and id > (select id from turn)
    )
    select call ->> 'id', case
        when s.status is null or s.status = 'waiting' or s.status = 'cancelled' and s.claims = 0 then
            'Error: The run ended before this call was made'
        when s.status = 'completed' then left(coalesce(s.output, '{}')::text, 20000)
        when s.status in ('failed', 'timed_out', 'refused') then 'Error: ' || coalesce(s.error_message, s.status)
        else 'Error: The run ended while this call was under way: it may or may not have happened' end
    from turn cross join lateral jsonb_array_elements(
            case jsonb_typeof(content -> 'toolCalls') when 'array' then content -> 'toolCalls' end)
            with ordinality as asked (call, place)
        left join steps s on s.run_id = turn.run_id and s.step_number = turn.step_number + place
    where call ->> 'id' not in (select call_id from answered where call_id is not null)
    order by place
$$;

create or replace function plan_index_of(r runs, p_step int) returns int language sql immutable as $$
    select r.plan_from + p_step - r.steps_inherited - 1
$$;

-- How many steps count of a run that has ended, with those of the runs it continues. What had been admitted when it ended and
-- nobody had claimed was never made, and a number that no step has was not even that.
create or replace function steps_made(r runs) returns int language sql stable as $$
    select r.steps_inherited + count(*)::int from steps
    where run_id = r.id and not (status = 'cancelled' and claims = 0)
$$;

-- The steps that a person has passed over: the run paused for what came of each, and the last time so it was resumed without
-- a retry.
create or replace function steps_passed_over(r runs) returns setof int language sql stable as $$
    select paused.step_number
    from (
        select distinct on (step_number) step_number, seq from events
        where run_id = r.id and type = 'run.paused' and data ->> 'pauseReason' = 'step_failed'
        order by step_number, seq desc) paused
    cross join lateral (
        select data ->> 'receiptId' as receipt from events
        where run_id = r.id and seq > paused.seq and type in ('run.resumed', 'run.reset') order by seq limit 1) ended
    join control_receipts on id = ended.receipt
    where verb = 'resume'
$$;

-- The steps of its plan that an ended run has dealt with, or of which nobody knows whether they happened.
create or replace function plan_steps_on_record(r runs) returns table (step_number int, plan_index int, dealt_with boolean)
language sql stable as $$
    select s.step_number, p.plan_index, s.status <> 'unknown'
    from steps s join plan_steps p on p.run_id = s.run_id and p.plan_index = plan_index_of(r, s.step_number)
    where s.run_id = r.id and (s.status in ('completed', 'unknown') or s.skipped
        or s.status in ('failed', 'timed_out', 'refused') and (on_error = 'continue'
            or on_error = 'pause' and s.step_number in (select steps_passed_over(r))))
$$;

-- Where a plan goes on that the run did not do to its end: at the first step that it has not dealt with.
create or replace function plan_goes_on_at(r runs) returns int language sql stable as $$
    select min(place) from (
        select r.plan_from as place
        union all
        select plan_index + 1 from plan_steps_on_record(r) where dealt_with) places
    where place not in (select plan_index from plan_steps_on_record(r) where dealt_with)
$$;
