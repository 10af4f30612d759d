-- Published by the workers at start, so that the api can refuse a definition whose model no worker has.
create table model_providers (
    name          text primary key,
    models        jsonb,                   -- the names of all that it has; null: any name may be one
    published_at  timestamptz not null default clock_timestamp()
);
