-- What a later release may do to the tables under this build's feet: every one has gained columns, and there is a new one.
do $$
declare
    one text;
begin
    for one in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'flyway_schema_history'
    loop
        execute format('alter table %I add column later_text text, add column later_count integer not null default 7', one);
    end loop;
end $$;

create table later_things (
    run_id  text primary key references runs,
    things  jsonb not null default '{}'
);
create index later_runs on runs (later_count, created_at);
