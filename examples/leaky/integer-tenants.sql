-- Cistern, irrigation for farms. Tenants are numbers, and so is everything else.
-- wrong: the ids are one running number for all tenants. Where a primary key is the id alone, an insert with a number tells
--        whether another tenant has it; the sequences can be read and even set; and a policy lets rows without a tenant
--        (`tenant_id is null`, "our own examples") through to everybody, so that whatever is saved without one is public.
-- role: cistern_app
-- context: set local app.tenant_id = '{org}'

do $$ begin create role cistern_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role cistern_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema cistern authorization cistern_owner;
set role cistern_owner;
set search_path = cistern;

create table tenants (
    id   bigserial primary key,
    name text not null
);
create table fields (
    id        serial primary key,
    tenant_id bigint not null references tenants (id),
    name      text not null,
    hectares  double precision not null check (hectares > 0),
    unique (tenant_id, id)
);
create table valves (
    id        bigserial primary key,
    tenant_id bigint not null,
    field_id  integer not null,
    mac       macaddr not null,
    is_open   boolean not null default false,
    unique (tenant_id, mac),
    foreign key (tenant_id, field_id) references fields (tenant_id, id) on delete cascade
);
create table plans (
    id        bigserial primary key,
    tenant_id bigint references tenants (id),
    name      text not null,
    days      int4range not null,
    litres    integer[] not null check (array_position(litres, null) is null)
);
create index on valves (tenant_id, field_id);
create index on plans (tenant_id);

insert into tenants (name) values ('Estuary Farm'), ('Furrow Brothers'), ('Glebe Orchard');
insert into fields (tenant_id, name, hectares) select id, 'North of ' || name, 3.5 from tenants;
insert into valves (tenant_id, field_id, mac) select tenant_id, id, '02:00:00:00:00:01' from fields;
insert into plans (tenant_id, name, days, litres) select id, 'Summer', '[152, 244)', '{10,20,30}' from tenants;
insert into plans (tenant_id, name, days, litres) values (null, 'Example', '[1, 366)', '{5}');

create function tenant() returns bigint language sql stable parallel safe
    return nullif(current_setting('app.tenant_id', true), '')::bigint;
do $$
declare
    name text;
begin
    foreach name in array array['tenants', 'fields', 'valves', 'plans'] loop
        execute format('alter table cistern.%I enable row level security', name);
        execute format('alter table cistern.%I force row level security', name);
    end loop;
end $$;
create policy own on tenants for select using (id = (select tenant()));
create policy own on fields using (tenant_id = (select tenant()));
create policy own on valves using (tenant_id = (select tenant()));
create policy own on plans  using (tenant_id = (select tenant()) or tenant_id is null);

grant usage on schema cistern to cistern_app;
grant select on tenants to cistern_app;
grant select, insert, update, delete on fields, valves, plans to cistern_app;
grant all on all sequences in schema cistern to cistern_app;

reset search_path;
reset role;
