-- What the audit rests on beside the tables that are append-only as a whole: nothing is taken back by emptying a table, and
-- a receipt, which is the record of its control request, never says anything else of who asked for what, when, by which
-- door; what became of it is added once.

create or replace trigger never_emptied before truncate on ledger           for each statement execute function refuse_change();
create or replace trigger never_emptied before truncate on events           for each statement execute function refuse_change();
create or replace trigger never_emptied before truncate on guard_decisions  for each statement execute function refuse_change();
create or replace trigger never_emptied before truncate on audit            for each statement execute function refuse_change();
create or replace trigger never_emptied before truncate on control_receipts for each statement execute function refuse_change();

create or replace trigger never_deleted before delete on control_receipts for each statement execute function refuse_change();
create or replace trigger said_once before update on control_receipts for each row when (
       (old.id, old.ordinal, old.run_id, old.verb, old.door, old.by, old.reason, old.extend_steps, old.extend_credits,
           old.requested_at)
       is distinct from
       (new.id, new.ordinal, new.run_id, new.verb, new.door, new.by, new.reason, new.extend_steps, new.extend_credits,
           new.requested_at)
    or old.delivered_at <> coalesce(new.delivered_at, 'infinity')
    or (old.effective_at is not null or old.refused_at is not null)
       and (old.effective_at, old.refused_at, old.refused_code)
           is distinct from (new.effective_at, new.refused_at, new.refused_code))
    execute function refuse_change();
