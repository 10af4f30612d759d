-- PostgreSQL reads a table's checks anew for each statement that writes to it: a fifth of what it does for a step. Those
-- that count money and tell a run's end stay. Which words a column may hold is settled by those who write it, the functions
-- beside this file, and by those who read it, which know no others.
lock table runs, steps, guard_decisions, ledger, events in access exclusive mode;
alter table runs
    drop constraint runs_id_check,
    drop constraint runs_kind_check,
    drop constraint runs_status_check,
    drop constraint runs_max_steps_check,
    drop constraint runs_max_credits_check,
    drop constraint runs_cost_level_check,
    drop constraint runs_clock_check,
    drop constraint runs_started_via_check;
alter table steps
    drop constraint steps_step_number_check,
    drop constraint steps_kind_check,
    drop constraint steps_status_check,
    drop constraint steps_overrun_check;
alter table guard_decisions
    drop constraint guard_decisions_guard_check,
    drop constraint guard_decisions_verdict_check;
alter table ledger drop constraint ledger_type_check;
alter table events drop constraint events_seq_check;

-- As before, in one statement: an event's seq is the one after the run's last, from 1, and its position is not before that
-- one's.
create or replace function place_event() returns trigger language plpgsql as $$
declare
    previous bigint;
begin
    select position, greatest(position, base + pg_current_xact_id()::text::bigint) into previous, new.position
    from event_clock left join events on run_id = new.run_id and seq = new.seq - 1;
    if previous is null and new.seq <> 1 then
        raise exception 'event % of run % leaves a gap', new.seq, new.run_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
