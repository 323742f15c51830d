-- Where an adoption stands, in the database that it changes. Gone when everything was taken back.
create schema tenantry_adopt;
revoke all on schema tenantry_adopt from public;

-- One adoption at a time.
create table tenantry_adopt.run (
    is_only           boolean primary key default true check (is_only),
    id                uuid not null,
    plan_hash         text not null,
    plan              jsonb not null,
    shape             text[] not null,
    organization_id   uuid not null,
    organization_name text not null,
    state             text not null,
    phase             text not null,
    started_at        timestamptz not null default statement_timestamp(),
    changed_at        timestamptz not null default statement_timestamp(),
    error             text
);

create table tenantry_adopt.steps (
    number          int primary key,
    phase           text not null,
    operation       jsonb not null,
    status          text not null default 'pending' check (status in ('pending', 'running', 'done', 'undone')),
    -- How many of its actions are done. Counted in the transaction of the action.
    actions_done    int not null default 0,
    started_at      timestamptz,
    ended_at        timestamptz,
    longest_lock_ms float8 not null default 0,
    waited_ms       float8 not null default 0,
    row_count       bigint not null default 0,
    error           text
);

-- How far the rows of a step are. Moved in the transaction of the batch.
create table tenantry_adopt.cursors (
    step         int primary key references tenantry_adopt.steps (number) on delete cascade,
    relation     text not null,
    last_key     text[],
    rows_done    bigint not null default 0,
    rows_changed bigint not null default 0,
    rows_of      bigint not null default 0,
    batch_size   bigint not null,
    is_done      boolean not null default false
);
