-- Oxbow, stock in warehouses. The browser's API and the back end's jobs share one login.
-- wrong: a nightly job had to see every organization, so the login was given BYPASSRLS, and besides it was made a member of
--        the role that owns the tables, to run migrations. From then on no policy means anything to it.
-- role: oxbow_service
-- context: set local app.org_id = '{org}'
-- shared: oxbow.units

do $$ begin create role oxbow_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role oxbow_service login; exception when duplicate_object or unique_violation then null; end $$;
alter role oxbow_service bypassrls;
grant oxbow_owner to oxbow_service;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema oxbow authorization oxbow_owner;
set role oxbow_owner;
set search_path = oxbow;

create table units (
    code text primary key check (length(code) <= 8),
    name text not null
);
comment on table units is 'The same for everybody: pieces, kilograms, pallets.';
create table organizations (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
create table warehouses (
    org_id   uuid not null references organizations (id) on delete restrict,
    id       uuid not null default gen_random_uuid(),
    name     text not null,
    position point,
    primary key (org_id, id)
);
create table products (
    org_id  uuid not null references organizations (id) on delete restrict,
    id      uuid not null default gen_random_uuid(),
    sku     text not null check (sku ~ '^[A-Z]{2,4}-[0-9]{3,6}$'),
    unit    text not null references units (code),
    barcode char(13) check (barcode ~ '^[0-9]{13}$'),
    primary key (org_id, id),
    unique (org_id, sku)
);
create table movements (
    org_id       uuid not null,
    id           uuid not null default gen_random_uuid(),
    product_id   uuid not null,
    source_id    uuid,
    target_id    uuid,
    quantity     integer not null check (quantity <> 0),
    booked_at    timestamptz not null default now(),
    primary key (org_id, id),
    foreign key (org_id, product_id) references products (org_id, id),
    foreign key (org_id, source_id) references warehouses (org_id, id),
    foreign key (org_id, target_id) references warehouses (org_id, id),
    check (num_nonnulls(source_id, target_id) >= 1),
    check (source_id is distinct from target_id)
);

insert into units (code, name) values ('pc', 'pieces'), ('kg', 'kilograms');
insert into organizations (id, name) values
    ('80000000-0000-4000-8000-00000000000a', 'Oriel Glass'),
    ('80000000-0000-4000-8000-00000000000b', 'Pumice Stone');
insert into warehouses (org_id, name, position) select id, 'Hall 1', '(4.5, 51.9)' from organizations;
insert into products (org_id, sku, unit) select id, 'GL-1001', 'pc' from organizations;
insert into movements (org_id, product_id, target_id, quantity)
select p.org_id, p.id, w.id, 40 from products p join warehouses w using (org_id);

create policy own on organizations using (id = (select nullif(current_setting('app.org_id', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['organizations', 'warehouses', 'products', 'movements'] loop
        execute format('alter table oxbow.%I enable row level security', name);
        execute format('alter table oxbow.%I force row level security', name);
        continue when name = 'organizations';
        execute format($p$create policy own on oxbow.%I
            using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))
            with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema oxbow to oxbow_service;
grant select on units, organizations to oxbow_service;
grant select, insert, update, delete on warehouses, products, movements to oxbow_service;

reset search_path;
reset role;
