-- Parlance, helpers that write: a product for one company that was made into one for many by hand, in a weekend, on a hosted
-- PostgreSQL whose API hands out the caller's claims as a setting. Nine migrations were declared complete. What is wrong is
-- said beside each part. {authenticated} and {service} are role names of this database alone.
-- role: {authenticated}
-- context: set local request.jwt.claims = '{"sub": "{user}", "role": "authenticated"}'

create role {authenticated} login;
create role {service} login bypassrls;

-- What the host provides: the caller's id from the claims of the verified token. Here it is a setting like any other.
create schema auth;
create function auth.uid() returns uuid language sql stable as $$
    select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
grant usage on schema auth, public to {authenticated}, {service};

-- Before: tables of one company, one foreign key among them.
create table helper_answers (
    id              uuid primary key default gen_random_uuid(),
    question        text not null,
    answer          text not null,
    sources         jsonb not null default '[]',
    confidence      real check (confidence between 0 and 1),
    thread_parent_id uuid,
    created_at      timestamptz default now()
);
create table helper_content_items (
    id         uuid primary key default gen_random_uuid(),
    kind       text not null check (kind in ('post', 'mail', 'script')),
    body       text not null,
    status     text not null default 'draft' check (status in ('draft', 'approved', 'published')),
    created_at timestamptz default now()
);
create table helper_content_approvals (
    id         uuid primary key default gen_random_uuid(),
    item_id    uuid not null references helper_content_items (id) on delete cascade,
    decision   text not null check (decision in ('yes', 'no')),
    created_at timestamptz default now()
);
create table helper_slogans (
    id         uuid primary key default gen_random_uuid(),
    period     text not null check (period in ('sunrise', 'noon', 'dusk')),
    text       text not null,
    language   char(2) not null default 'en',
    created_at timestamptz default now()
);
create table helper_pictures (
    id         uuid primary key default gen_random_uuid(),
    path       text not null,
    width      integer not null check (width > 0),
    height     integer not null check (height > 0)
);
create table helper_posts (
    id         uuid primary key default gen_random_uuid(),
    picture_id uuid,
    text       text not null,
    posted_at  timestamptz
);
create table helper_videos (
    id      uuid primary key default gen_random_uuid(),
    seconds integer not null check (seconds between 1 and 600),
    scenes  jsonb not null default '[]'
);
create table helper_workflows (
    id    uuid primary key default gen_random_uuid(),
    name  text not null,
    steps text[] not null default '{}',
    state text not null default 'new'
);
create table helper_documents (
    id      uuid primary key default gen_random_uuid(),
    title   text not null,
    content text not null
);
create table storage (
    id          uuid primary key default gen_random_uuid(),
    storage_key text not null unique,
    value       jsonb not null
);

-- 001 to 003: organizations, people, projects.
create table organizations (
    id         uuid primary key default gen_random_uuid(),
    name       text not null,
    slug       text not null unique check (slug ~ '^[a-z0-9-]+$'),
    credits    numeric(12, 2) not null default 100,
    created_at timestamptz not null default now()
);
create table users (
    id            uuid primary key default gen_random_uuid(),
    email         text not null unique,
    password_hash text not null,
    full_name     text,
    created_at    timestamptz not null default now()
);
create table organization_members (
    organization_id uuid not null references organizations (id) on delete cascade,
    user_id         uuid not null references users (id) on delete cascade,
    role            text not null default 'member' check (role in ('owner', 'admin', 'member', 'viewer')),
    joined_at       timestamptz not null default now(),
    primary key (organization_id, user_id)
);
create table projects (
    id              uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id) on delete cascade,
    name            text not null,
    unique (organization_id, name)
);
create table project_members (
    project_id uuid not null references projects (id) on delete cascade,
    user_id    uuid not null references users (id) on delete cascade,
    primary key (project_id, user_id)
);
create table api_keys (
    id              uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organizations (id) on delete cascade,
    created_by      uuid references users (id),
    key_prefix      text not null,
    key_hash        text not null unique check (length(key_hash) = 64),
    permissions     jsonb not null default '{}',
    revoked_at      timestamptz
);
create table audit_logs (
    id              uuid primary key default gen_random_uuid(),
    organization_id uuid references organizations (id),
    user_id         uuid,
    action          text not null,
    resource_type   text,
    resource_id     uuid,
    created_at      timestamptz not null default now()
);

-- 004: one of the ten helpers' tables gets the columns. The calls for the other nine are comments.
alter table helper_slogans
    add column organization_id uuid references organizations (id),
    add column project_id uuid references projects (id),
    add column created_by uuid;
create index on helper_slogans (organization_id);

-- 005: row security, over all organizations of the user, and not forced. The owner is whoever ran the migration.
-- The first version asked organization_members in the policy of organization_members, without an end; a function with the
-- administrator's rights asks now.
create function my_organizations() returns setof uuid language sql stable security definer as $$
    select organization_id from public.organization_members where user_id = auth.uid()
$$;
-- A column comes before a parameter of its name, so this compares the column with itself: whoever is an administrator of one
-- organization is one of all.
create function is_admin(organization_id uuid) returns boolean language sql stable security definer as $$
    select exists (select from public.organization_members m
                    where m.organization_id = organization_id and m.user_id = auth.uid() and m.role in ('owner', 'admin'))
$$;
alter table organizations        enable row level security;
alter table organization_members enable row level security;
alter table users                enable row level security;
alter table projects             enable row level security;
alter table project_members      enable row level security;
alter table api_keys             enable row level security;
alter table audit_logs           enable row level security;
alter table helper_slogans       enable row level security;
create policy members_see_organizations on organizations for select using (id in (select my_organizations()));
create policy admins_change_organizations on organizations for update
    using (is_admin(id));
create policy members_see_members on organization_members for select using (organization_id in (select my_organizations()));
create policy admins_change_members on organization_members for update using (is_admin(organization_id));
create policy users_see_themselves on users for select using (id = auth.uid());
create policy users_change_themselves on users for update using (id = auth.uid());
create policy members_see_projects on projects for select using (organization_id in (select my_organizations()));
create policy members_make_projects on projects for insert with check (organization_id in (select my_organizations()));
create policy members_see_project_members on project_members for select
    using (exists (select from projects p where p.id = project_id and p.organization_id in (select my_organizations())));
create policy admins_see_keys on api_keys for select using (organization_id in (select my_organizations()));
create policy members_see_logs on audit_logs for select using (organization_id in (select my_organizations()));
create policy members_see_slogans on helper_slogans for select using (organization_id in (select my_organizations()));
create policy members_make_slogans on helper_slogans for insert with check (auth.uid() is not null);
create policy members_change_slogans on helper_slogans for update using (organization_id in (select my_organizations())) with check (true);
create policy members_remove_slogans on helper_slogans for delete using (organization_id in (select my_organizations()));

-- 006: people without their hashes. The view is an administrator's, so it shows everybody.
create view users_safe as select id, email, full_name, created_at from users;

-- 007: signing in, billing and auditing, with the administrator's rights and for everybody to call.
create function get_user_for_login(email_address text) returns table (id uuid, email text, password_hash text)
    language sql stable security definer as $$
    select u.id, u.email, u.password_hash from public.users u where u.email = email_address
$$;
create function add_credits(org_id uuid, amount numeric) returns numeric language plpgsql security definer as $$
declare
    balance numeric;
begin
    update public.organizations set credits = credits + amount where id = org_id returning credits into balance;
    return balance;
end $$;
create function log_audit_event(org_id uuid, actor_id uuid, what text, kind text default null, subject uuid default null) returns uuid
    language plpgsql security definer as $$
declare
    event_id uuid;
begin
    insert into public.audit_logs (organization_id, user_id, action, resource_type, resource_id)
    values (org_id, actor_id, what, kind, subject) returning id into event_id;
    return event_id;
end $$;

-- 008: the API's roles may do what the policies let them; the back end goes past all of it.
grant select, insert, update, delete on all tables in schema public to {authenticated};
grant all on all tables in schema public to {service};
alter default privileges in schema public grant all on tables to {authenticated}, {service};

-- 009: the data of the one company.
insert into organizations (id, name, slug) values
    ('ab000000-0000-4000-8000-00000000000a', 'Ember Books', 'ember'),
    ('ab000000-0000-4000-8000-00000000000b', 'Fathom Films', 'fathom');
insert into users (id, email, password_hash, full_name) values
    ('ac000000-0000-4000-8000-00000000000a', 'ember@example.com', '$invented$a', 'Editor at Ember'),
    ('ac000000-0000-4000-8000-00000000000b', 'fathom@example.com', '$invented$b', 'Producer at Fathom');
insert into organization_members (organization_id, user_id, role) values
    ('ab000000-0000-4000-8000-00000000000a', 'ac000000-0000-4000-8000-00000000000a', 'owner'),
    ('ab000000-0000-4000-8000-00000000000b', 'ac000000-0000-4000-8000-00000000000b', 'owner');
insert into projects (organization_id, name) select id, 'Launch' from organizations;
insert into project_members (project_id, user_id) select p.id, m.user_id from projects p join organization_members m using (organization_id);
insert into api_keys (organization_id, key_prefix, key_hash) select id, 'pk_' || left(slug, 3), encode(sha256(slug::bytea), 'hex') from organizations;
insert into audit_logs (organization_id, action) select id, 'organization.created' from organizations;
insert into helper_slogans (period, text, organization_id) select 'sunrise', 'Begin', id from organizations;
insert into helper_answers (question, answer) values ('What is our margin?', 'Forty percent');
insert into helper_content_items (kind, body) values ('mail', 'Dear customers');
insert into helper_content_approvals (item_id, decision) select id, 'yes' from helper_content_items;
insert into helper_documents (title, content) values ('Price list', 'Secret until June');
insert into storage (storage_key, value) values ('settings', '{}');
