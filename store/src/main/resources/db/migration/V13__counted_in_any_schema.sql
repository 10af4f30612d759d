-- Tables may lie in any schema, and where pg_dump brings rows over nothing is on the search path: a change is written
-- beside the runs that it is of.
create or replace function count_run() returns trigger language plpgsql as $$
declare
    change text := format('insert into %I.run_count_changes (project_id, status, runs) values ($1, $2, $3)', tg_table_schema);
begin
    if tg_op <> 'INSERT' then
        execute change using old.project_id, old.status, -1;
    end if;
    if tg_op <> 'DELETE' then
        execute change using new.project_id, new.status, 1;
    end if;
    return null;
end $$;
