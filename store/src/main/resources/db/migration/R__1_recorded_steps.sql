-- What the conversation says is not written in the step again: JSON's null stands there instead.

-- What a step gave, of which p_output is written and p_role and p_content are what it said. A model's turn gives the very
-- message it says; of a tool, the message is the text of what it gave.
create or replace function what_was_given(p_output jsonb, p_role text, p_content jsonb) returns jsonb
language sql immutable as $$
    select case
        when p_output is distinct from 'null' or p_content is null then p_output
        when p_role = 'assistant' then p_content
        else (p_content ->> 'text')::jsonb end
$$;

-- Steps with their input and output, wherever these are written. A call that a model asked for comes as many steps after
-- the turn as there were calls before it in that turn.
drop view if exists recorded_steps;
create view recorded_steps as
select
    run_id, step_number, kind, tool, category, status, error_message, credits, claims, claim_token, started_at, finished_at,
    case when kind = 'tool' and input = 'null' then coalesce((
        select content -> 'toolCalls' -> (steps.step_number - turn.step_number - 1) -> 'arguments' from messages turn
        where turn.run_id = steps.run_id and turn.step_number < steps.step_number and role = 'assistant'
        order by turn.step_number desc limit 1), input) else input end as input,
    case when output = 'null' then coalesce((
        select what_was_given(output, role, content) from messages said
        where said.run_id = steps.run_id and said.step_number = steps.step_number
            and role = case kind when 'model' then 'assistant' else 'tool' end), output) else output end as output
from steps;
