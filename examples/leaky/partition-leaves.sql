-- Lodestar, product analytics. Events are partitioned by month, page views by hash, and both are read through their parents.
-- wrong: row security of a partitioned table holds when the parent is asked. A partition that is asked by its own name has
--        only its own row security, and these have none; the rights were granted on all tables of the schema, so on them too.
-- role: lodestar_app
-- context: set local app.workspace = '{org}'

do $$ begin create role lodestar_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role lodestar_app login; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

create schema lodestar authorization lodestar_owner;
set role lodestar_owner;
set search_path = lodestar;

create table workspaces (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);
create table events (
    workspace_id uuid not null references workspaces (id),
    id           bigint generated always as identity,
    happened_at  timestamptz not null,
    name         text not null check (name ~ '^[a-z_]+(\.[a-z_]+)*$'),
    visitor      uuid not null,
    properties   jsonb not null default '{}',
    primary key (workspace_id, happened_at, id)
) partition by range (happened_at);
create table events_2026_01 partition of events for values from ('2026-01-01') to ('2026-02-01');
create table events_2026_02 partition of events for values from ('2026-02-01') to ('2026-03-01');
create table events_later   partition of events default;
create table page_views (
    workspace_id uuid not null references workspaces (id),
    id           uuid not null default gen_random_uuid(),
    url          text not null check (url ~ '^https?://'),
    seconds      real check (seconds >= 0),
    primary key (workspace_id, id)
) partition by hash (workspace_id, id);
create table page_views_0 partition of page_views for values with (modulus 2, remainder 0);
create table page_views_1 partition of page_views for values with (modulus 2, remainder 1);
create table funnels (
    workspace_id uuid not null references workspaces (id),
    id           uuid not null default gen_random_uuid(),
    steps        text[] not null check (cardinality(steps) between 2 and 20),
    primary key (workspace_id, id)
);

insert into workspaces (id, name) values
    ('70000000-0000-4000-8000-00000000000a', 'Larch Cycles'),
    ('70000000-0000-4000-8000-00000000000b', 'Moraine Maps'),
    ('70000000-0000-4000-8000-00000000000c', 'Nettle Tea');
insert into events (workspace_id, happened_at, name, visitor)
select w.id, at, 'cart.opened', gen_random_uuid()
  from workspaces w, unnest(array['2026-01-10', '2026-02-10', '2026-07-10']::timestamptz[]) as at;
insert into page_views (workspace_id, url, seconds) select id, 'https://shop.example.com/' || n, n from workspaces, generate_series(1, 3) n;
insert into funnels (workspace_id, steps) select id, '{cart.opened,cart.paid}' from workspaces;

create policy inside on workspaces for select using (id = (select nullif(current_setting('app.workspace', true), '')::uuid));
do $$
declare
    name text;
begin
    foreach name in array array['workspaces', 'events', 'page_views', 'funnels'] loop
        execute format('alter table lodestar.%I enable row level security', name);
        execute format('alter table lodestar.%I force row level security', name);
        continue when name = 'workspaces';
        execute format($p$create policy inside on lodestar.%I
            using (workspace_id = (select nullif(current_setting('app.workspace', true), '')::uuid))
            with check (workspace_id = (select nullif(current_setting('app.workspace', true), '')::uuid))$p$, name);
    end loop;
end $$;

grant usage on schema lodestar to lodestar_app;
grant select, insert, update, delete on all tables in schema lodestar to lodestar_app;
revoke insert, update, delete on workspaces from lodestar_app;

reset search_path;
reset role;
