-- All at once and in the order in which steps come to them, so that workers at work wait for this and it never for them.
lock table runs, events, messages, guard_decisions, ledger in access exclusive mode;

-- A position is a transaction's number: what is left to put in order within it are the few events that one transaction wrote.
drop index events_of_project;
create index events_of_project on events (project_id, position);

-- What is always read by its owner, in the order of its ids, needs no other order.
alter table messages        drop constraint messages_pkey,        add primary key (run_id, id);
alter table guard_decisions drop constraint guard_decisions_pkey, add primary key (run_id, id);
alter table ledger          drop constraint ledger_pkey,          add primary key (user_id, id);
drop index messages_of_run, guard_decisions_of_run, ledger_of_user;

-- A step is written twice. What the first version leaves is cleared as soon as its page is needed, so two of some twenty
-- rows are room enough for the second to stay beside it.
alter table steps set (fillfactor = 85);
