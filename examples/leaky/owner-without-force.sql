-- Marginalia, a notes app. Each company that signs up is an organization.
-- wrong: the application logs in as the role that ran the migrations and therefore owns the tables. Row security is on
--        and every policy is right, but it is not forced, and an owner is not subject to it.
-- role: marginalia
-- context: set local marginalia.organization = '{org}'

do $$ begin create role marginalia login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema marginalia authorization marginalia;
set role marginalia;
set search_path = marginalia;

create function current_organization() returns uuid language sql stable parallel safe
    return nullif(current_setting('marginalia.organization', true), '')::uuid;

create table organizations (
    id         uuid primary key default gen_random_uuid(),
    name       text not null check (length(name) between 1 and 120),
    created_at timestamptz not null default now()
);
create table members (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    email           text not null check (email like '%_@_%'),
    role            text not null default 'writer' check (role in ('owner', 'writer', 'reader')),
    primary key (organization_id, id),
    unique (organization_id, email)
);
create table notebooks (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    title           text not null check (length(title) between 1 and 200),
    is_shared       boolean not null default false,
    primary key (organization_id, id),
    unique (organization_id, title)
);
create table notes (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    notebook_id     uuid not null,
    author_id       uuid,
    body            text not null default '',
    words           integer generated always as (coalesce(array_length(string_to_array(body, ' '), 1), 0)) stored,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, notebook_id) references notebooks on delete cascade,
    foreign key (organization_id, author_id) references members on delete set null (author_id),
    check (updated_at >= created_at)
);
create index on notes (organization_id, notebook_id, created_at);
create table note_tags (
    organization_id uuid not null,
    note_id         uuid not null,
    tag             text not null check (tag ~ '^[a-z0-9-]{1,40}$'),
    primary key (organization_id, note_id, tag),
    foreign key (organization_id, note_id) references notes on delete cascade
);

insert into organizations (id, name) values
    ('10000000-0000-4000-8000-00000000000a', 'Aldergate Press'),
    ('10000000-0000-4000-8000-00000000000b', 'Brightwater Labs');
insert into members (organization_id, id, email, role) values
    ('10000000-0000-4000-8000-00000000000a', '11000000-0000-4000-8000-00000000000a', 'editor@aldergate.example.com', 'owner'),
    ('10000000-0000-4000-8000-00000000000b', '11000000-0000-4000-8000-00000000000b', 'lab@brightwater.example.com', 'owner');
insert into notebooks (organization_id, id, title) values
    ('10000000-0000-4000-8000-00000000000a', '12000000-0000-4000-8000-00000000000a', 'Autumn list'),
    ('10000000-0000-4000-8000-00000000000b', '12000000-0000-4000-8000-00000000000b', 'Patents');
insert into notes (organization_id, notebook_id, author_id, body) values
    ('10000000-0000-4000-8000-00000000000a', '12000000-0000-4000-8000-00000000000a', '11000000-0000-4000-8000-00000000000a', 'The advance is settled'),
    ('10000000-0000-4000-8000-00000000000b', '12000000-0000-4000-8000-00000000000b', '11000000-0000-4000-8000-00000000000b', 'Filed on Tuesday, tell nobody');

alter table organizations enable row level security;
alter table members       enable row level security;
alter table notebooks     enable row level security;
alter table notes         enable row level security;
alter table note_tags     enable row level security;
create policy own on organizations using (id = (select current_organization())) with check (id = (select current_organization()));
create policy own on members   using (organization_id = (select current_organization())) with check (organization_id = (select current_organization()));
create policy own on notebooks using (organization_id = (select current_organization())) with check (organization_id = (select current_organization()));
create policy own on notes     using (organization_id = (select current_organization())) with check (organization_id = (select current_organization()));
create policy own on note_tags using (organization_id = (select current_organization())) with check (organization_id = (select current_organization()));

reset search_path;
reset role;
