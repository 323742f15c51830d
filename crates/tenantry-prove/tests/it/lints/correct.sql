-- Two organizations held apart by policies that somebody wrote with care: forced, one equality, composite keys.
create role {database}_owner nologin;
create role {database}_app login;
revoke temporary on database {database} from public;
revoke execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int),
    pg_stat_get_activity(int), pg_stat_get_backend_activity(int) from public;
grant execute on function pg_stat_get_activity(int), pg_stat_get_backend_activity(int) to pg_monitor;
create schema app authorization {database}_owner;
grant usage on schema app to {database}_app;
set role {database}_owner;
create function app.organization() returns uuid language sql stable as $$
    select nullif(current_setting('app.organization', true), '')::uuid
$$;
create table app.organizations (id uuid primary key, name text not null);
create table app."Projects" (
    organization_id uuid not null references app.organizations,
    id uuid not null,
    "displayName" text,
    primary key (organization_id, id)
);
create table app.notes (
    organization_id uuid not null references app.organizations,
    id uuid not null default gen_random_uuid(),
    project_id uuid,
    body text,
    primary key (organization_id, id),
    foreign key (organization_id, project_id) references app."Projects"
);
create table app.events (
    organization_id uuid not null,
    id uuid not null,
    at date not null,
    primary key (organization_id, id, at)
) partition by range (at);
create table app.events_2026 partition of app.events for values from ('2026-01-01') to ('2027-01-01');
insert into app.organizations values
    ('00000000-0000-0000-0000-00000000000a', 'Alpha'), ('00000000-0000-0000-0000-00000000000b', 'Beta');
insert into app.notes (organization_id, body) select id, name from app.organizations;
do $$
declare name text;
begin
    foreach name in array array['app."Projects"', 'app.notes', 'app.events', 'app.events_2026'] loop
        execute format('alter table %s enable row level security', name);
        execute format('alter table %s force row level security', name);
        execute format('create policy organization on %s using (organization_id = (select app.organization()))', name);
    end loop;
end $$;
alter table app.organizations enable row level security;
alter table app.organizations force row level security;
create policy own on app.organizations for select using (id = (select app.organization()));
create view app.recent_notes with (security_invoker = true) as select * from app.notes;
create view app.notes_of_owner as select * from app.notes;
create function app.count_notes() returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*) from app.notes
$$;
grant select, insert, update, delete on app."Projects", app.notes, app.events to {database}_app;
grant select on app.organizations, app.recent_notes, app.notes_of_owner to {database}_app;
reset role;
