-- What Reins remembers. Functions that change money, runs and steps are in R__ migrations beside this file;
-- nothing else writes accounts, ledger, steps or events.
-- Enumerated texts hold the wire's lower-case names. Times are the database's clock. Amounts are whole credits.

-- Who and what may run -------------------------------------------------------------------------------------------

create table tiers (
    name        text primary key,
    limits      jsonb not null,            -- LimitsPatch; an explicit null means no cap
    position    int  not null
);

create table system_limits (
    only_row    boolean primary key default true check (only_row),
    limits      jsonb not null,
    updated_at  timestamptz not null default clock_timestamp()
);

create table projects (
    id          text primary key check (id ~ '^[A-Za-z0-9._-]{1,128}$'),
    name        text not null,
    created_at  timestamptz not null default clock_timestamp()
);

-- A user and the credits that are theirs. The check is the promise: available = granted - settled - reserved >= 0.
create table accounts (
    user_id     text primary key check (user_id ~ '^[A-Za-z0-9._@-]{1,128}$'),
    tier        text not null references tiers (name),
    granted     bigint not null default 0 check (granted >= 0),
    settled     bigint not null default 0 check (settled >= 0),
    reserved    bigint not null default 0 check (reserved >= 0),
    created_at  timestamptz not null default clock_timestamp(),
    constraint credits_are_never_overspent check (granted - settled - reserved >= 0)
) with (fillfactor = 50);

create table definitions (
    id          text primary key,
    version     int  not null,
    document    jsonb not null,            -- the wire's definition without id, version, updatedAt
    updated_at  timestamptz not null default clock_timestamp()
);

create table definition_versions (
    definition_id text not null references definitions (id),
    version       int  not null,
    document      jsonb not null,
    updated_at    timestamptz not null,
    primary key (definition_id, version)
);

create table agents (
    id            text primary key,
    project_id    text not null references projects (id),
    definition_id text not null references definitions (id),
    user_id       text not null references accounts (user_id),
    name          text not null,
    enabled       boolean not null default true,
    created_at    timestamptz not null default clock_timestamp(),
    updated_at    timestamptz not null default clock_timestamp()
);

-- Published by the workers at start, so that the api can check plans without importing a tool.
create table tools (
    name          text primary key,
    spec          jsonb not null,          -- ToolSpec
    published_at  timestamptz not null default clock_timestamp()
);

create table api_keys (
    id            text primary key,
    prefix        text not null,
    sha256        bytea not null unique,
    role          text not null check (role in ('user', 'admin')),
    user_id       text references accounts (user_id),
    project_id    text references projects (id),
    created_at    timestamptz not null default clock_timestamp(),
    expires_at    timestamptz,
    revoked_at    timestamptz,
    check (role = 'admin' or (user_id is not null and project_id is not null))
);

create table idempotency_keys (
    principal     text not null,           -- the api key's id
    key           text not null,
    method        text not null,
    path          text not null,
    body_sha256   bytea not null,
    status        int  not null,
    headers       jsonb not null,
    body          text not null,
    settled       boolean not null,        -- false while a ?wait= still holds the answer back
    created_at    timestamptz not null default clock_timestamp(),
    primary key (principal, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table audit (
    id            bigint generated always as identity primary key,
    at            timestamptz not null default clock_timestamp(),
    actor         text not null,
    action        text not null,
    subject       text not null,
    detail        jsonb not null
);

-- Runs -----------------------------------------------------------------------------------------------------------

create table runs (
    id                  text primary key check (id ~ '^[A-Za-z0-9._-]{1,128}$'),
    project_id          text not null references projects (id),
    agent_id            text references agents (id),
    definition_version  int,
    user_id             text not null references accounts (user_id),
    kind                text not null check (kind in ('planned', 'agentic')),
    status              text not null default 'queued' check (status in ('queued', 'running', 'pausing', 'paused',
                            'cancelling', 'completed', 'failed', 'cancelled', 'terminated')),
    waiting_for         text,
    waiting_until       timestamptz,
    waiting_message     text,
    waiting_step        int,               -- the step that waits, or at which the run paused
    waiting_estimate    bigint,            -- what that step may use: resuming at a credit limit needs room for it
    pause_reason        text,
    stop_reason         text,
    error_code          text,
    error_message       text,
    -- the snapshot that a PATCH never changes
    definition          jsonb,             -- null for a planned run
    plan_length         int,               -- null for an agentic run
    limits              jsonb not null,    -- RunLimits, complete
    limit_sources       jsonb not null,    -- {limit name: system|tier|definition|run|admin}
    max_steps           int check (max_steps >= 0),         -- null: no cap
    max_credits         bigint check (max_credits >= 0),    -- null: no cap
    -- what it used; the money columns move in the same transaction as the account
    step_count          int    not null default 0,
    credits_used        bigint not null default 0 check (credits_used >= 0),
    credits_reserved    bigint not null default 0 check (credits_reserved >= 0),
    credits_inherited   bigint not null default 0,
    cost_level          text   not null default 'none' check (cost_level in ('none', 'warning', 'critical')),
    input_tokens        bigint not null default 0,
    output_tokens       bigint not null default 0,
    phase               text,
    -- clocks: what has been added up, and which one runs since when (null: none runs)
    clock               text check (clock in ('active', 'waiting', 'paused')),
    clock_since         timestamptz,
    active_us           bigint not null default 0,
    waiting_us          bigint not null default 0,
    paused_us           bigint not null default 0,
    created_at          timestamptz not null default clock_timestamp(),
    started_at          timestamptz,
    finished_at         timestamptz,
    parent_run_id       text references runs (id),
    root_run_id         text,
    resumed_from        text references runs (id),
    generation          int not null default 1,
    started_via         text not null check (started_via in ('rest', 'temporal', 'schedule', 'run')),
    execution_id        text,              -- the Temporal execution now in charge; null until its first bookkeeping
    engine_started_at   timestamptz,       -- when Temporal accepted the start; null: the reconciler still has to
    repeat_step         boolean not null default false,     -- resume repeats the step it paused at
    event_seq           bigint not null default 0,
    constraint a_terminal_run_has_an_end check ((status in ('completed', 'failed', 'cancelled', 'terminated')) = (finished_at is not null)),
    constraint a_terminal_run_holds_no_credits check (finished_at is null or credits_reserved = 0)
) with (fillfactor = 50);
create index runs_by_project on runs (project_id, created_at desc, id desc);
create index runs_by_user    on runs (user_id, created_at desc, id desc);
create index runs_live       on runs (created_at) where finished_at is null;

-- Every Temporal execution that a run has had: one that is known but no longer in charge is stale and gets nothing.
create table run_executions (
    run_id        text not null references runs (id),
    execution_id  text not null,
    generation    int  not null,
    adopted_at    timestamptz not null default clock_timestamp(),
    primary key (run_id, execution_id)
);

create table plan_steps (
    run_id        text not null references runs (id),
    plan_index    int  not null,           -- from 1
    tool          text not null,
    description   text not null,
    params        jsonb not null,
    estimated_credits bigint check (estimated_credits >= 0),
    on_error      text not null default 'fail' check (on_error in ('fail', 'continue', 'pause')),
    parallel      boolean not null default false,
    primary key (run_id, plan_index)
);

-- The journal: one row a step, keyed as everything about the step is keyed.
create table steps (
    run_id          text not null references runs (id),
    step_number     int  not null check (step_number >= 1),
    kind            text not null check (kind in ('model', 'tool')),
    tool            text not null,
    category        text not null,
    user_id         text not null,
    generation      int  not null,
    status          text not null check (status in ('waiting', 'running', 'completed', 'failed', 'timed_out',
                        'refused', 'cancelled', 'unknown')),
    digest          bytea not null,        -- of tool, canonical arguments and estimate
    call_digest     bytea not null,        -- of tool and canonical arguments: what the loop guard compares
    repeatable      boolean not null default false,
    idempotent      boolean not null default false,
    input           jsonb not null,
    output          jsonb,
    output_digest   bytea,
    error_message   text,
    estimate        bigint not null check (estimate >= 0),
    held            bigint not null default 0,  -- what is reserved for it now: its latest reservation in the ledger
    credits         bigint not null default 0 check (credits >= 0 and credits <= estimate),
    overrun         bigint not null default 0 check (overrun >= 0),     -- what it cost beyond its reservation, never charged
    asked_at        timestamptz,           -- when admission was first asked for; null: it must be asked for anew
    claim_token     uuid,                  -- the one attempt that may record
    claims          int  not null default 0,    -- over the whole life of the run: once claimed, it may have happened
    failed_calls    int  not null default 0,
    started_at      timestamptz,           -- of the latest claim
    finished_at     timestamptz,
    skipped         boolean not null default false,
    paused_in       int,                   -- the generation in which the run paused for what came of this step
    constraint only_open_steps_hold_credits check (held = 0 or (held = estimate and status in ('running', 'unknown'))),
    primary key (run_id, step_number)
) with (fillfactor = 70);

-- Every admission there was, of which a step can have several: what rate windows count. Forgotten once no window needs it.
create table admissions (
    user_id         text not null,
    category        text not null,
    admitted_at     timestamptz not null,
    run_id          text not null,
    step_number     int  not null
);
create index admissions_in_window on admissions (user_id, category, admitted_at desc);

-- A model turn asks how many there were before it. No column that changes is in it, so that updates stay within a page.
create index steps_model_turns on steps (run_id, step_number) where kind = 'model';

-- A result that came after its claim was gone: evidence, never charged.
create table late_results (
    id            bigint generated always as identity primary key,
    run_id        text not null,
    step_number   int  not null,
    claim_token   uuid not null,
    outcome       text not null,
    output        jsonb,
    at            timestamptz not null default clock_timestamp()
);

-- Places in a rate window's queue, first come first served. A place lapses 2 s after its slot if unclaimed.
create table rate_places (
    place         bigint generated always as identity primary key,
    user_id       text not null,
    category      text not null,
    run_id        text not null references runs (id),
    step_number   int  not null,
    slot_at       timestamptz not null,
    unique (run_id, step_number)
);
create index rate_places_in_window on rate_places (user_id, category, place);

create table guard_decisions (
    id            bigint generated always as identity primary key,
    run_id        text not null references runs (id),
    step_number   int  not null,
    guard         text check (guard in ('loop', 'step_limit', 'rate', 'step_cost', 'run_cost', 'balance', 'breaker', 'timeout')),
    limit_value   numeric,
    limit_source  text,
    observed      numeric,
    remaining     numeric,
    reset_at      timestamptz,
    verdict       text not null check (verdict in ('admitted', 'warned', 'waiting', 'refused', 'paused', 'failed')),
    wait_ms       bigint,
    reason        text,
    at            timestamptz not null default clock_timestamp()
);
create index guard_decisions_of_run on guard_decisions (run_id, id);

create table ledger (
    id            bigint generated always as identity primary key,
    user_id       text not null references accounts (user_id),
    type          text not null check (type in ('grant', 'reserve', 'settle', 'release')),
    amount        bigint not null check (amount > 0),
    run_id        text references runs (id),
    step_number   int,
    reservation   int,
    reason        text,
    at            timestamptz not null default clock_timestamp(),
    check ((type = 'grant') = (run_id is null)),
    -- One reservation is settled at most once and released at most once: what is not settled of it is released.
    constraint a_reservation_ends_once unique (run_id, step_number, reservation, type)
);
create index ledger_of_user on ledger (user_id, id);

create table messages (
    id            bigint generated always as identity primary key,
    run_id        text not null references runs (id),
    role          text not null check (role in ('user', 'assistant', 'tool', 'system')),
    content       jsonb not null,          -- {text, toolCalls?: [{id, tool, arguments}], toolCallId?}
    step_number   int,
    created_at    timestamptz not null default clock_timestamp()
);
create index messages_of_run on messages (run_id, id);
create unique index a_step_says_one_thing_in_each_role on messages (run_id, step_number, role) where step_number is not null;

-- A project's events have the order (position, run_id, seq), which nothing that commits later can come before once its
-- position lies below event_horizon(). A position is base + the number of the transaction that wrote the event, and never
-- less than that of the run's event before it. base moves when the tables come to a server whose numbers are lower.
create table event_clock (
    only_row      boolean primary key default true check (only_row),
    base          bigint not null default 0
);
insert into event_clock default values;

create function event_horizon() returns bigint language sql stable as $$
    select base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint from event_clock
$$;

create table events (
    run_id        text not null references runs (id),
    seq           bigint not null check (seq >= 1),
    project_id    text not null,
    position      bigint not null,         -- set by the trigger
    type          text not null,
    at            timestamptz not null default clock_timestamp(),
    step_number   int,
    data          jsonb not null default '{}',
    primary key (run_id, seq)
);
create index events_of_project on events (project_id, position, run_id collate "C", seq);

create table control_receipts (
    id              text primary key,
    ordinal         bigint generated always as identity,
    run_id          text not null references runs (id),
    verb            text not null check (verb in ('pause', 'resume', 'cancel', 'terminate', 'reset', 'resolve', 'unknown')),
    door            text not null check (door in ('rest', 'temporal', 'system')),
    by              text,
    reason          text,
    extend_steps    int,
    extend_credits  bigint,
    requested_at    timestamptz not null default clock_timestamp(),
    delivered_at    timestamptz,
    effective_at    timestamptz,
    refused_at      timestamptz,
    refused_code    text,
    constraint effective_or_refused check (effective_at is null or refused_at is null)
);
create index control_receipts_of_run on control_receipts (run_id, ordinal);
create index control_receipts_open on control_receipts (run_id, ordinal) where effective_at is null and refused_at is null;
create index control_receipts_undelivered on control_receipts (requested_at) where delivered_at is null and refused_at is null;

create table reconciler (
    only_row      boolean primary key default true check (only_row),
    seen_closed_until timestamptz,
    last_pass_at  timestamptz,
    findings      jsonb not null default '[]'
);
insert into reconciler default values;

-- What the functions answer. Their words are the wire's.
create type step_answer as (
    kind          text,                    -- claimed, recorded, or a StepNotDone.Kind
    claim         int,
    failed_calls  int,
    loop_repetitions int,
    loop_cycle    int,
    output        jsonb,
    waiting_for   text,
    wait_until    timestamptz,
    pause_reason  text,
    stop_reason   text,
    message       text,
    step_count    int,
    credits_used  bigint,
    input_tokens  bigint,
    output_tokens bigint,
    active_ms     bigint
);
create type controls_answer as (
    status        text,
    pause_reason  text,
    message       text,
    repeat_step   boolean,
    max_steps     int,
    max_credits   bigint,
    active_ms     bigint
);
create type request_answer as (
    receipt_id    text,
    status        text,
    standing      boolean,
    refused_code  text,
    message       text,
    needed_steps  bigint,
    needed_credits bigint,
    cap           bigint
);

-- Append-only: what has been written here is never changed or taken back.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on ledger          for each statement execute function refuse_change();
create trigger append_only before update or delete on events          for each statement execute function refuse_change();
create trigger append_only before update or delete on guard_decisions for each statement execute function refuse_change();
create trigger append_only before update or delete on audit           for each statement execute function refuse_change();
create trigger append_only before update on admissions for each statement execute function refuse_change();
create trigger append_only_while_needed before delete on admissions for each row
    when (old.admitted_at > clock_timestamp() - interval '60 seconds') execute function refuse_change();

-- An event's seq is the one after the run's last: no gap, no second. Its position is not before that one's either, though
-- its transaction may have begun to write earlier.
create function place_event() returns trigger language plpgsql as $$
declare
    previous bigint;
begin
    if new.seq > 1 then
        select position into previous from events where run_id = new.run_id and seq = new.seq - 1;
        if not found then
            raise exception 'event % of run % leaves a gap', new.seq, new.run_id using errcode = 'restrict_violation';
        end if;
    end if;
    select greatest(previous, base + pg_current_xact_id()::text::bigint) into new.position from event_clock;
    return new;
end $$;
create trigger placed before insert on events for each row execute function place_event();

-- Seeds ----------------------------------------------------------------------------------------------------------

insert into system_limits (limits) values ('{
  "maxSteps": 500, "maxCredits": 10000, "maxCreditsPerStep": 1000, "warningThreshold": 80, "timeoutSeconds": null,
  "toolTimeoutMs": {"browser": 30000, "email": 10000, "drive": 60000, "calendar": 10000, "http": 15000, "ai": 45000, "default": 30000},
  "ratePerMinute": {"browser": 30, "email": 10, "drive": 20, "calendar": 15, "http": 60, "ai": 30, "default": 30},
  "onRateLimit": "wait", "maxRateWaitSeconds": 300, "onLimit": "pause", "lane": "activity"}');

-- A tier says only what it changes: what it leaves out is the system's. A null means no cap.
insert into tiers (name, position, limits) values
  ('free', 1, '{"maxCredits": 1000,
    "ratePerMinute": {"browser": 10, "email": 3, "drive": 6, "calendar": 5, "http": 20, "ai": 10, "default": 10}}'),
  ('pro', 2, '{}'),
  ('enterprise', 3, '{"maxCredits": 100000,
    "ratePerMinute": {"browser": 100, "email": 33, "drive": 66, "calendar": 50, "http": 200, "ai": 100, "default": 100}}'),
  ('unlimited', 4, '{"maxSteps": null, "maxCredits": null,
    "ratePerMinute": {"browser": null, "email": null, "drive": null, "calendar": null, "http": null, "ai": null, "default": null}}');
