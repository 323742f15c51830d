-- A small tracker that is protected by `tenantry.protect()`: loaded into a database that has the contract.
-- {app} is a role name of this database alone, because roles belong to the whole cluster.
-- role: {app}
-- context: sealed
-- shared: app.plans

create role {app} login;
create schema app authorization tenantry_owner;
set role tenantry_owner;
set search_path = app;

create table plans (
    code  text primary key,
    seats integer not null
);
create table projects (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    slug            text not null check (slug ~ '^[a-z0-9-]{2,40}$'),
    plan            text not null default 'free' references plans (code),
    primary key (organization_id, id),
    unique (organization_id, slug)
);
create table tasks (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    project_id      uuid not null,
    parent_id       uuid,
    title           text not null check (length(title) between 1 and 200),
    state           text not null default 'open' check (state in ('open', 'done')),
    done_at         timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, project_id) references projects on delete cascade,
    foreign key (organization_id, parent_id) references tasks on delete set null (parent_id),
    check ((state = 'done') = (done_at is not null))
);
create index on tasks (organization_id, project_id);
create table comments (
    organization_id uuid not null,
    id              bigint generated always as identity,
    task_id         uuid not null,
    body            text not null,
    primary key (organization_id, id),
    foreign key (organization_id, task_id) references tasks on delete cascade
);
create table events (
    organization_id uuid not null,
    id              uuid not null default gen_random_uuid(),
    happened_at     timestamptz not null default now(),
    name            text not null,
    primary key (organization_id, happened_at, id)
) partition by range (happened_at);
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
create table events_rest partition of events default;
create view open_tasks with (security_invoker = true) as select organization_id, id, title from tasks where state = 'open';

reset role;
insert into plans values ('free', 3), ('team', 20);
insert into projects (organization_id, slug) values
    ('f0000000-0000-4000-8000-00000000000a', 'first'), ('f0000000-0000-4000-8000-00000000000b', 'first');
insert into tasks (organization_id, project_id, title) select organization_id, id, 'Begin' from projects;
insert into comments (organization_id, task_id, body) select organization_id, id, 'Soon' from tasks;
insert into events (organization_id, name) select organization_id, 'opened' from projects;

select tenantry.protect('app.projects');
select tenantry.protect('app.tasks');
select tenantry.protect('app.comments');
select tenantry.protect('app.events');
reset search_path;

-- The application has a login of its own here, so that a mutant can spoil it without spoiling another database's.
grant usage on schema app, tenantry to {app};
grant select on app.plans, app.open_tasks to {app};
grant select, insert, update, delete on app.projects, app.tasks, app.comments, app.events to {app};
