-- Who made a version of a definition; null where it was made before this was written down.
alter table definition_versions add column changed_by text;

-- What the reconciler found apart, a row each, so that it can be paged through; the latest 10,000 are kept.
create table reconciler_findings (
    id            bigint generated always as identity primary key,
    run_id        text not null,
    row_status    text not null,
    workflow_status text,
    action        text not null,
    at            timestamptz not null
);
insert into reconciler_findings (run_id, row_status, workflow_status, action, at)
select f ->> 'runId', f ->> 'row', f ->> 'workflow', f ->> 'action', (f ->> 'at')::timestamptz
from reconciler cross join jsonb_array_elements(findings) with ordinality as found (f, place) order by place desc;
update reconciler set findings = '[]';

-- Decisions are written in the order of their time, so their blocks are: a window is read without the rest.
create index guard_decisions_by_time on guard_decisions using brin (at) with (pages_per_range = 32, autosummarize = on);

-- A page of runs of one status is read in its order from the first row on. With what lists filter by in it, runs are
-- counted from the index alone, as far as their pages are known to hold nothing that is being changed: hence the vacuum.
create index runs_by_status on runs (project_id, status, created_at desc, id desc) include (user_id, agent_id);
alter table runs set (autovacuum_vacuum_scale_factor = 0.05);
