-- Umbra, energy meters in buildings. The dashboard was slow, so its sums were materialized.
-- wrong: a materialized view holds what its owner saw when it was refreshed, and there is no row security on one. Everybody
--        who may read it reads every organization; the plain view on top, invoker or not, does not help.
-- role: umbra_app
-- context: set local app.org = '{org}'

do $$ begin create role umbra_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role umbra_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema umbra authorization umbra_owner;
set role umbra_owner;
set search_path = umbra;

create type meter_kind as enum ('electricity', 'gas', 'water', 'heat');
create table organizations (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
create table meters (
    organization_id uuid not null references organizations (id) on delete cascade,
    id              uuid not null default gen_random_uuid(),
    kind            meter_kind not null,
    serial          text not null check (serial ~ '^[0-9]{8}$'),
    address         inet,
    primary key (organization_id, id),
    unique (organization_id, serial)
);
create table readings (
    organization_id uuid not null,
    meter_id        uuid not null,
    read_on         date not null check (read_on >= '2020-01-01'),
    value           numeric(12, 3) not null check (value >= 0),
    primary key (organization_id, meter_id, read_on),
    foreign key (organization_id, meter_id) references meters on delete cascade
);

reset role;
insert into organizations (id, name) values
    ('b0000000-0000-4000-8000-00000000000a', 'Upland Dairy'),
    ('b0000000-0000-4000-8000-00000000000b', 'Viaduct Offices');
insert into meters (organization_id, kind, serial) select id, 'electricity', '00004711' from organizations;
insert into readings (organization_id, meter_id, read_on, value)
select organization_id, id, date '2026-01-01' + n, 10 * n from meters, generate_series(1, 10) n;

create materialized view usage_by_month as
    select r.organization_id, m.kind, date_trunc('month', r.read_on)::date as month, max(r.value) - min(r.value) as used
      from readings r join meters m on m.organization_id = r.organization_id and m.id = r.meter_id
     group by 1, 2, 3;
create unique index on usage_by_month (organization_id, kind, month);
create view dashboard with (security_invoker = true) as
    select organization_id, kind, month, used, rank() over (partition by organization_id order by used desc) as place from usage_by_month;

create policy own on organizations using (id = (select nullif(current_setting('app.org', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['organizations', 'meters', 'readings'] loop
        execute format('alter table umbra.%I enable row level security', name);
        execute format('alter table umbra.%I force row level security', name);
        continue when name = 'organizations';
        execute format($p$create policy own on umbra.%I
            using (organization_id = (select nullif(current_setting('app.org', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.org', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema umbra to umbra_app;
grant select on organizations, usage_by_month, dashboard to umbra_app;
grant select, insert, update, delete on meters, readings to umbra_app;

reset search_path;
