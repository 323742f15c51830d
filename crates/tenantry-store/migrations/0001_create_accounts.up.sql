-- Accounts and their sessions belong to nobody's organization: only the platform login reaches them.
create table tenantry.users (
    id            uuid primary key,
    email         text not null constraint users_email_key unique check (email = lower(email) and length(email) <= 254),
    name          text not null check (length(name) between 1 and 120),
    password_hash text,
    created_at    timestamptz not null default statement_timestamp(),
    updated_at    timestamptz not null default statement_timestamp(),
    disabled_at   timestamptz
);
create trigger tenantry_touch before update on tenantry.users for each row execute function tenantry.touch();

create table tenantry.sessions (
    id           uuid primary key,
    user_id      uuid not null constraint sessions_user_id_fkey references tenantry.users (id) on delete cascade,
    -- For which organization it was last given a token. A hint: the membership is read at each request.
    active_organization_id uuid,
    created_at   timestamptz not null,
    last_used_at timestamptz not null,
    expires_at   timestamptz not null,
    ended_at     timestamptz,
    end_reason   text check (end_reason in ('logout', 'reuse', 'password', 'disabled')),
    check ((ended_at is null) = (end_reason is null))
);
create index sessions_user_id_idx on tenantry.sessions (user_id, created_at desc);

-- One row a rotation. Only hashes: a stolen copy of this table signs nobody in.
create table tenantry.refresh_tokens (
    token_hash bytea primary key check (length(token_hash) = 32),
    session_id uuid not null constraint refresh_tokens_session_id_fkey references tenantry.sessions (id) on delete cascade,
    generation int not null check (generation > 0),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    constraint refresh_tokens_session_id_generation_key unique (session_id, generation)
);

create table tenantry.account_events (
    id         uuid primary key,
    created_at timestamptz not null default statement_timestamp(),
    user_id    uuid not null,
    session_id uuid,
    action     text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
    request_id uuid not null,
    address    inet
);
create index account_events_user_id_idx on tenantry.account_events (user_id, created_at desc);
create trigger account_events_append_only before update or delete or truncate on tenantry.account_events
    for each statement execute function tenantry.refuse_change();

-- The keys that sign access tokens. The private part is wrapped with a key derived from the master secret.
create table tenantry.signing_keys (
    kid        text primary key,
    wrapped    bytea not null,
    signs_from timestamptz not null,
    retired_at timestamptz
);

revoke all on tenantry.users, tenantry.sessions, tenantry.refresh_tokens, tenantry.account_events, tenantry.signing_keys from public;
grant select, insert, update on tenantry.users, tenantry.sessions, tenantry.refresh_tokens, tenantry.signing_keys to tenantry_platform;
grant select, insert on tenantry.account_events to tenantry_platform;
