-- How many runs a user has in a project in each status: a user's list says a total of their own. Changes name the user, and
-- are added up at both levels, so that a project's total is no sum over its users.

-- Whoever changes runs waits from here on, and then writes changes with users; whoever reads them does not. Then whoever reads
-- changes waits, and whoever still reads them is waited for.
lock table runs in share row exclusive mode;
lock table run_count_changes in access exclusive mode;

-- What is left of changes without users.
with changes as (delete from run_count_changes returning project_id, status, runs)
insert into run_counts as counts (project_id, status, runs)
select project_id, status, sum(runs) from changes group by project_id, status
on conflict (project_id, status) do update set runs = counts.runs + excluded.runs;

alter table run_count_changes add column user_id text not null;
drop index run_count_changes_of_project;
create index run_count_changes_of_user on run_count_changes (project_id, status, user_id) include (runs);

create table user_run_counts (
    project_id text not null,
    user_id    text not null,
    status     text not null,
    runs       bigint not null,
    primary key (project_id, user_id, status)
);
insert into user_run_counts (project_id, user_id, status, runs)
select project_id, user_id, status, count(*) from runs group by project_id, user_id, status;

create view counted_user_runs as
    select project_id, user_id, status, runs from user_run_counts
    union all
    select project_id, user_id, status, runs from run_count_changes;

create or replace function count_run() returns trigger language plpgsql as $$
declare
    change text := format('insert into %I.run_count_changes (project_id, user_id, status, runs) values ($1, $2, $3, $4)',
        tg_table_schema);
begin
    if tg_op <> 'INSERT' then
        execute change using old.project_id, old.user_id, old.status, -1;
    end if;
    if tg_op <> 'DELETE' then
        execute change using new.project_id, new.user_id, new.status, 1;
    end if;
    return null;
end $$;

-- Whoever adds changes up deletes them, also a process that knows of no users: the users' sums follow in the same statement.
-- In order, so that two that add up at once do not wait for each other in a ring.
create function add_up_users() returns trigger language plpgsql as $$
begin
    execute format('
        insert into %I.user_run_counts as counts (project_id, user_id, status, runs)
        select project_id, user_id, status, sum(runs) from changes
        group by project_id, user_id, status having sum(runs) <> 0 order by project_id, user_id, status
        on conflict (project_id, user_id, status) do update set runs = counts.runs + excluded.runs', tg_table_schema);
    return null;
end $$;

create trigger users_added_up after delete on run_count_changes referencing old table as changes
    for each statement execute function add_up_users();
