-- How many runs a project has in each status: a list says its total, and an operator sees what is under way, without
-- reading the runs. A change of status adds rows of its own, for which nobody waits; whoever reconciles adds them up.

-- Before anything else, and as much of a lock as the last line needs: it waits for workers at work here, and nowhere after.
lock table runs in access exclusive mode;

create table run_counts (
    project_id text not null,
    status     text not null,
    runs       bigint not null,
    primary key (project_id, status)
);
create table run_count_changes (
    project_id text not null,
    status     text not null,
    runs       bigint not null      -- 1 or -1
) with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
alter table run_count_changes replica identity full;    -- it has no key, and rows go
create index run_count_changes_of_project on run_count_changes (project_id, status) include (runs);

create view counted_runs as
    select project_id, status, runs from run_counts
    union all
    select project_id, status, runs from run_count_changes;

-- It names the schema: where rows are brought over by pg_dump, there is no search path.
create function count_run() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into public.run_count_changes (project_id, status, runs) values (old.project_id, old.status, -1);
    end if;
    if tg_op <> 'DELETE' then
        insert into public.run_count_changes (project_id, status, runs) values (new.project_id, new.status, 1);
    end if;
    return null;
end $$;

create trigger counted   after insert or delete on runs for each row execute function count_run();
create trigger recounted after update on runs for each row when (old.status <> new.status) execute function count_run();

insert into run_counts (project_id, status, runs)
select project_id, status, count(*) from runs group by project_id, status;

drop index runs_live_by_status;
