create role {owner} nologin;
create role {app} login password 'test-only';
create role {definer} nologin;
create role {service} login bypassrls password 'test-only';
revoke temporary, create on database {database} from public;
revoke execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int),
    pg_stat_get_activity(int), pg_stat_get_backend_activity(int) from public;
grant execute on function pg_stat_get_activity(int), pg_stat_get_backend_activity(int) to pg_monitor;
create schema shop authorization {owner};
grant usage on schema shop to {app}, {definer}, {service};

create function shop.organization() returns uuid language sql stable set search_path = pg_catalog, pg_temp
    as $$ select nullif(current_setting('shop.organization', true), '')::uuid $$;
create function shop.person() returns uuid language sql stable set search_path = pg_catalog, pg_temp
    as $$ select nullif(current_setting('shop.person', true), '')::uuid $$;

create table shop.organizations (id uuid primary key, slug text not null unique);
create table shop.users (id uuid primary key, email text not null unique, password_hash text);
create table shop.countries (code text primary key, name text not null);
create table shop.customers (
    organization_id uuid not null references shop.organizations on delete cascade,
    id uuid not null default gen_random_uuid(),
    "displayName" text not null,
    created_by uuid references shop.users,
    country text references shop.countries,
    updated_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, "displayName")
);
create table shop.invoices (
    organization_id uuid not null references shop.organizations on delete cascade,
    id uuid not null default gen_random_uuid(),
    customer_id uuid,
    number bigint generated always as identity,
    total numeric not null check (total >= 0),
    primary key (organization_id, id),
    foreign key (organization_id, customer_id) references shop.customers on delete set null (customer_id)
);
create table shop.events (
    organization_id uuid not null, id uuid not null, created_at timestamptz not null, what text,
    primary key (organization_id, id, created_at)
) partition by range (created_at);
create table shop.events_old partition of shop.events for values from (minvalue) to ('2030-01-01');
create table shop.changes (organization_id uuid not null, id uuid not null default gen_random_uuid(), what text, primary key (organization_id, id));

create function shop.note() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.updated_at := statement_timestamp();
    insert into shop.changes (organization_id, what) values (new.organization_id, tg_op);
    perform pg_notify('changes', '');
    return new;
end $$;
create trigger note before insert or update on shop.customers for each row execute function shop.note();

create function shop.customer_count() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select count(*) from shop.customers $$;
create view shop.customer_names with (security_invoker = true) as select organization_id, "displayName" from shop.customers;

do $$
declare relation regclass;
begin
    foreach relation in array array['shop.customers', 'shop.invoices', 'shop.events', 'shop.events_old', 'shop.changes']::regclass[] loop
        execute format('alter table %s enable row level security', relation);
        execute format('alter table %s force row level security', relation);
        execute format('create policy own on %s using (organization_id = (select shop.organization())) with check (organization_id = (select shop.organization()))', relation);
        execute format('alter table %s owner to {owner}', relation);
        if relation <> 'shop.events_old'::regclass then
            execute format('grant select, insert, update, delete on %s to {app}, {definer}, {service}', relation);
        end if;
    end loop;
end $$;
alter table shop.organizations enable row level security;
alter table shop.organizations force row level security;
create policy own on shop.organizations using (id = (select shop.organization()));
alter table shop.users enable row level security;
alter table shop.users force row level security;
create policy own on shop.users using (id = (select shop.person()));
alter table shop.organizations owner to {owner};
alter table shop.users owner to {owner};
alter table shop.countries owner to {owner};
alter view shop.customer_names owner to {owner};
alter function shop.customer_count() owner to {definer};
grant select, insert, update on shop.organizations, shop.users to {app};
grant select on shop.countries, shop.customer_names to {app};

insert into shop.organizations values ('00000000-0000-4000-8000-00000000000a', 'apple'), ('00000000-0000-4000-8000-00000000000b', 'birch');
insert into shop.customers (organization_id, id, "displayName") values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'Ada'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'Bea');
