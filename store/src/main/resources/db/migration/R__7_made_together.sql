-- Calls of one user's runs, each with its answer, in their order. The account is locked before any run is, also where a call
-- by itself would lock its run alone; and all of the runs before anything is changed: a call may clear away what is left of
-- another run, which someone who has that run's lock waits for. Where one breaks, all of it is undone.
-- p_calls: a call's parameters by the names of the journal's columns; who tells a status records, who tells none asks.
create or replace function reins_make_together(p_user text, p_calls jsonb) returns setof step_answer
language plpgsql as $$
declare
    c jsonb;
begin
    perform from accounts where user_id = p_user for no key update;
    perform from runs where id in (select asked ->> 'run_id' from jsonb_array_elements(p_calls) asked)
    order by id for no key update;
    for c in select * from jsonb_array_elements(p_calls) loop
        if c ? 'status' then
            return next reins_record(c ->> 'run_id', c ->> 'execution_id', (c ->> 'step_number')::int,
                (c ->> 'claim_token')::uuid, c ->> 'status', c -> 'output', (c ->> 'output_digest')::bytea,
                c ->> 'error_message', (c ->> 'reported')::bigint, (c ->> 'input_tokens')::bigint,
                (c ->> 'output_tokens')::bigint, c -> 'messages', c ->> 'lane');
        else
            return next reins_admit(c ->> 'run_id', c ->> 'execution_id', (c ->> 'reset')::boolean,
                (c ->> 'step_number')::int, c ->> 'kind', c ->> 'tool', c ->> 'category', c -> 'input',
                (c ->> 'digest')::bytea, (c ->> 'call_digest')::bytea, (c ->> 'estimate')::bigint,
                (c ->> 'idempotent')::boolean, (c ->> 'repeatable')::boolean, (c ->> 'claim_token')::uuid,
                (c ->> 'queued_us')::bigint);
        end if;
    end loop;
end $$;
