-- What an answer tells beside itself, of what this very transaction did; null where it only repeats.
alter type step_answer
    add attribute guard      text,         -- which guard spoke; null: plainly admitted
    add attribute verdict    text,         -- null: no guard was asked
    add attribute wait_ms    bigint,
    add attribute cost_level text,         -- the level that the run has risen to
    add attribute category   text,         -- of the step that was recorded
    add attribute took_ms    bigint;       -- from its claim

-- What an operator is shown every few seconds is read from these alone.
create index runs_live_by_status    on runs (status) where finished_at is null;
create index steps_holding_credits  on steps (asked_at) where held > 0;
