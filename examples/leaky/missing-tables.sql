-- Quillwork, time sheets and invoices for small agencies.
-- wrong: row security was added by a migration that listed the tables of that day. `invoice_lines` has no column of its own
--        for the organization and was thought to be safe behind its invoice; `comments` came with a later migration; `exports`
--        has row security switched on for writing only, because its select policy says true. Default privileges hand every
--        new table to the application at once.
-- role: quillwork_app
-- context: set local app.current_org = '{org}'

do $$ begin create role quillwork_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role quillwork_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema quillwork authorization quillwork_owner;
set role quillwork_owner;
set search_path = quillwork;
grant usage on schema quillwork to quillwork_app;
alter default privileges in schema quillwork grant select, insert, update, delete on tables to quillwork_app;

-- 2024: the first migration.
create table orgs (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
revoke insert, update, delete on orgs from quillwork_app;
create table people (
    org_id      uuid not null references orgs (id) on delete cascade,
    id          uuid not null default gen_random_uuid(),
    name        text not null,
    hourly_rate numeric(8, 2) not null default 0 check (hourly_rate >= 0),
    primary key (org_id, id)
);
create table invoices (
    org_id   uuid not null references orgs (id) on delete cascade,
    id       uuid not null default gen_random_uuid(),
    number   text not null check (number ~ '^[0-9]{4}-[0-9]{3,}$'),
    due_on   date not null default current_date + 30,
    currency char(3) not null default 'EUR' check (currency in ('EUR', 'GBP', 'SEK', 'USD')),
    primary key (org_id, id),
    unique (org_id, number)
);
-- Reached by an application only with the id of an invoice, which is not to be guessed. All the same it is readable whole.
alter table invoices add constraint invoices_id_key unique (id);
create table invoice_lines (
    id         uuid primary key default gen_random_uuid(),
    invoice_id uuid not null references invoices (id) on delete cascade,
    text       text not null,
    hours      numeric(6, 2) not null check (hours > 0),
    price      money not null default 0
);
create table exports (
    org_id     uuid not null references orgs (id) on delete cascade,
    id         uuid not null default gen_random_uuid(),
    format     text not null check (format in ('csv', 'pdf')),
    content    bytea not null default '',
    created_at timestamptz not null default now(),
    primary key (org_id, id)
);

-- 2025: "enable row security everywhere".
alter table orgs enable row level security;
alter table orgs force row level security;
alter table people enable row level security;
alter table people force row level security;
alter table invoices enable row level security;
alter table invoices force row level security;
alter table exports enable row level security;
alter table exports force row level security;
create policy orgs_own on orgs using (id = (select nullif(current_setting('app.current_org', true), '')::uuid));
create policy people_own on people using (org_id = (select nullif(current_setting('app.current_org', true), '')::uuid));
create policy invoices_own on invoices using (org_id = (select nullif(current_setting('app.current_org', true), '')::uuid));
create policy exports_read on exports for select using (true);
create policy exports_write on exports for insert with check (org_id = (select nullif(current_setting('app.current_org', true), '')::uuid));

-- 2026: comments.
create table comments (
    org_id     uuid not null references orgs (id) on delete cascade,
    id         uuid not null default gen_random_uuid(),
    invoice_id uuid not null,
    text       text not null,
    created_at timestamptz not null default now(),
    primary key (org_id, id),
    foreign key (org_id, invoice_id) references invoices (org_id, id) on delete cascade
);

reset search_path;
reset role;

insert into quillwork.orgs (id, name) values
    ('60000000-0000-4000-8000-00000000000a', 'Juniper & Daughters'),
    ('60000000-0000-4000-8000-00000000000b', 'Kiln Street');
insert into quillwork.people (org_id, name, hourly_rate) select id, 'Somebody at ' || name, 70 from quillwork.orgs;
insert into quillwork.invoices (org_id, number) select id, '2026-001' from quillwork.orgs;
insert into quillwork.invoice_lines (invoice_id, text, hours, price) select id, 'Design', 12, 840::money from quillwork.invoices;
insert into quillwork.exports (org_id, format) select id, 'csv' from quillwork.orgs;
insert into quillwork.comments (org_id, invoice_id, text) select org_id, id, 'Pays late' from quillwork.invoices;
