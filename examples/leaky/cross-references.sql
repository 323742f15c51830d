-- Wharf, freight. Shipments refer to customers, drivers and each other.
-- wrong: the foreign keys carry only the id. They are checked past row security, so an organization points at another's
--        customer and thereby learns that it exists; and when the other deletes it, the cascade deletes here, or the
--        other way round: whoever points at a row with RESTRICT keeps its owner from deleting it.
-- role: wharf_app
-- context: set local app.company = '{org}'

do $$ begin create role wharf_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role wharf_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema wharf authorization wharf_owner;
set role wharf_owner;
set search_path = wharf;

create table companies (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
create table customers (
    id         uuid primary key default gen_random_uuid(),
    company_id uuid not null references companies (id) on delete cascade,
    name       text not null,
    vat_id     text check (vat_id ~ '^[A-Z]{2}[0-9A-Z]{8,12}$')
);
create table drivers (
    id         uuid primary key default gen_random_uuid(),
    company_id uuid not null references companies (id) on delete cascade,
    name       text not null,
    leader_id  uuid references drivers (id) on delete set null
);
create table shipments (
    id          uuid primary key default gen_random_uuid(),
    company_id  uuid not null references companies (id) on delete cascade,
    customer_id uuid not null references customers (id) on delete cascade,
    driver_id   uuid references drivers (id) on delete restrict,
    parent_id   uuid references shipments (id) deferrable initially deferred,
    weight_kg   numeric not null check (weight_kg > 0 and weight_kg <= 40000),
    window_from timestamptz not null,
    window_to   timestamptz not null,
    check (window_from < window_to)
);
create table parcels (
    company_id  uuid not null references companies (id) on delete cascade,
    shipment_id uuid not null references shipments (id) on delete cascade,
    number      smallint not null check (number between 1 and 999),
    contents    text not null default '',
    primary key (shipment_id, number)
);

insert into companies (id, name) values
    ('d0000000-0000-4000-8000-00000000000a', 'Zephyr Freight'),
    ('d0000000-0000-4000-8000-00000000000b', 'Anchor Line');
insert into customers (company_id, name) select id, 'Customer of ' || name from companies;
insert into drivers (company_id, name) select id, 'Driver of ' || name from companies;
insert into shipments (company_id, customer_id, driver_id, weight_kg, window_from, window_to)
select c.company_id, c.id, d.id, 120, '2026-10-01 08:00+00', '2026-10-01 12:00+00'
  from customers c join drivers d using (company_id);
insert into parcels (company_id, shipment_id, number) select company_id, id, 1 from shipments;
set constraints all immediate;

create policy own on companies for select using (id = (select nullif(current_setting('app.company', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['companies', 'customers', 'drivers', 'shipments', 'parcels'] loop
        execute format('alter table wharf.%I enable row level security', name);
        execute format('alter table wharf.%I force row level security', name);
        continue when name = 'companies';
        execute format($p$create policy own on wharf.%I
            using (company_id = (select nullif(current_setting('app.company', true), '')::uuid))
            with check (company_id = (select nullif(current_setting('app.company', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema wharf to wharf_app;
grant select on companies to wharf_app;
grant select, insert, update, delete on customers, drivers, shipments, parcels to wharf_app;

reset search_path;
reset role;
