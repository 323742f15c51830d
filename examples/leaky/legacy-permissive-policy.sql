-- Vellum, signatures under contracts. It had row security by user before it had organizations.
-- wrong: policies are joined with OR. The old ones were never dropped: "everything published can be read", and a support
--        policy for whoever sets a flag, which anybody can set. Each of them opens what the new, right ones close.
-- role: vellum_app
-- context: set local vellum.org = '{org}'

do $$ begin create role vellum_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role vellum_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema vellum authorization vellum_owner;
set role vellum_owner;
set search_path = vellum;

create function org() returns uuid language sql stable parallel safe
    return nullif(current_setting('vellum.org', true), '')::uuid;

create table organizations (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
create table templates (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    title           text not null,
    is_published    boolean not null default true,
    primary key (organization_id, id)
);
create table contracts (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    template_id     uuid,
    version         integer not null default 1 check (version >= 1),
    signed_by       text[] not null default '{}',
    signed_at       timestamptz,
    body            xml,
    primary key (organization_id, id),
    foreign key (organization_id, template_id) references templates on delete set null (template_id),
    check ((signed_at is null) = (signed_by = '{}'))
);
create table signatures (
    organization_id uuid not null,
    contract_id     uuid not null,
    email           text not null check (email ~* '^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$'),
    digest          bytea not null check (octet_length(digest) = 32),
    primary key (organization_id, contract_id, email),
    foreign key (organization_id, contract_id) references contracts on delete cascade
);

insert into organizations (id, name) values
    ('c0000000-0000-4000-8000-00000000000a', 'Wicker & Rush'),
    ('c0000000-0000-4000-8000-00000000000b', 'Yarrow Legal');
insert into templates (organization_id, title) select id, 'Lease of ' || name from organizations;
insert into contracts (organization_id, template_id) select organization_id, id from templates;
insert into signatures (organization_id, contract_id, email, digest) select organization_id, id, 'tenant@example.com', sha256('invented') from contracts;

do $$
declare
    name text;
begin
    foreach name in array array['organizations', 'templates', 'contracts', 'signatures'] loop
        execute format('alter table vellum.%I enable row level security', name);
        execute format('alter table vellum.%I force row level security', name);
        continue when name = 'organizations';
        execute format('create policy organization_only on vellum.%I using (organization_id = (select vellum.org())) with check (organization_id = (select vellum.org()))', name);
    end loop;
end $$;
create policy organization_only on organizations for select using (id = (select org()));

-- 2023: "templates are public anyway".
create policy published_templates on templates for select using (is_published);
-- 2024: the support desk.
create policy support on contracts using (coalesce(current_setting('vellum.support', true), 'off') <> 'never');
-- 2025: a debugging session that nobody cleaned up after.
create policy tmp_all on signatures to vellum_app using (true);

grant usage on schema vellum to vellum_app;
grant select on organizations to vellum_app;
grant select, insert, update, delete on templates, contracts, signatures to vellum_app;

reset search_path;
reset role;
