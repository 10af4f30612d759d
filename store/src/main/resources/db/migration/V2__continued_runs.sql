-- A run that continues another: its steps are numbered after those of the run it continues, its plan goes on at plan_from.
alter table runs
    add column steps_inherited int not null default 0,
    add column plan_from       int not null default 1;

-- The conversations that a run's own goes on from, one row for each run it descends from. Nothing is copied: the messages
-- of a source up to until_message, and its model turns up to until_step, are the run's too.
create table inherited_conversations (
    run_id        text not null references runs (id),
    source_run_id text not null references runs (id),
    until_message bigint not null,
    until_step    int not null,
    primary key (run_id, source_run_id)
);
