-- What an organization has, counted by triggers in the transaction of the change, with its limit: a change beyond the
-- limit is refused, also when two make it at once. No limit of its own means the default.
create table tenantry.usage_counts (
    organization_id uuid not null constraint usage_counts_organization_id_fkey references tenantry.organizations (organization_id) on delete cascade,
    meter           text not null check (meter in ('members', 'projects', 'clients')),
    used            bigint not null default 0 check (used >= 0),
    -- With what was deleted and waits to be removed: twice the limit is the most.
    stored          bigint not null default 0 check (stored >= 0),
    most            bigint check (most >= 0),
    constraint usage_counts_pkey primary key (organization_id, meter)
);
select tenantry.protect('tenantry.usage_counts', 'select');
grant insert (organization_id, meter, most), update (most) on tenantry.usage_counts to tenantry_operator;

create function tenantry.default_limit(meter text) returns bigint
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case meter when 'members' then 1000 when 'projects' then 10000 when 'clients' then 10000 end::bigint $$;

create function tenantry.count_usage() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    counted     text := tg_argv[0];
    step        bigint := tg_argv[1]::bigint;
    stored_step bigint := tg_argv[2]::bigint;
    row_of      uuid := case when tg_op = 'DELETE' then old.organization_id else new.organization_id end;
    line        record;
begin
    if step <= 0 then
        -- The whole organization may be going: then there is no line to write to, and none is made.
        update tenantry.usage_counts c set used = greatest(c.used + step, 0), stored = greatest(c.stored + stored_step, 0)
         where c.organization_id = row_of and c.meter = counted;
        return null;
    end if;
    insert into tenantry.usage_counts as c (organization_id, meter, used, stored) values (row_of, counted, step, stored_step)
        on conflict (organization_id, meter) do update set used = c.used + step, stored = c.stored + stored_step
        returning c.used, c.stored, coalesce(c.most, tenantry.default_limit(c.meter)) as most into line;
    if line.used > line.most or line.stored > 2 * line.most then
        raise exception 'tenantry: the organization has as many % as its limit allows', counted
            using errcode = '23514', schema = 'tenantry', table = 'usage_counts', constraint = 'usage_limit_' || counted, detail = line.most::text;
    end if;
    return null;
end $$;
grant select, insert, update on tenantry.usage_counts to tenantry_keeper;
grant create on schema tenantry to tenantry_keeper;
alter function tenantry.count_usage() owner to tenantry_keeper;
revoke create on schema tenantry from tenantry_keeper;
revoke execute on function tenantry.count_usage() from public;

create trigger memberships_counted after insert on tenantry.memberships for each row execute function tenantry.count_usage('members', '1', '1');
create trigger memberships_discounted after delete on tenantry.memberships for each row execute function tenantry.count_usage('members', '-1', '-1');
create trigger projects_counted after insert on tenantry.projects
    for each row when (new.deleted_at is null) execute function tenantry.count_usage('projects', '1', '1');
create trigger projects_restored after update of deleted_at on tenantry.projects
    for each row when (old.deleted_at is not null and new.deleted_at is null) execute function tenantry.count_usage('projects', '1', '0');
create trigger projects_discounted after update of deleted_at on tenantry.projects
    for each row when (old.deleted_at is null and new.deleted_at is not null) execute function tenantry.count_usage('projects', '-1', '0');
create trigger projects_removed after delete on tenantry.projects
    for each row when (old.deleted_at is null) execute function tenantry.count_usage('projects', '-1', '-1');
create trigger projects_swept after delete on tenantry.projects
    for each row when (old.deleted_at is not null) execute function tenantry.count_usage('projects', '0', '-1');
create trigger clients_counted after insert on tenantry.clients
    for each row when (new.deleted_at is null) execute function tenantry.count_usage('clients', '1', '1');
create trigger clients_restored after update of deleted_at on tenantry.clients
    for each row when (old.deleted_at is not null and new.deleted_at is null) execute function tenantry.count_usage('clients', '1', '0');
create trigger clients_discounted after update of deleted_at on tenantry.clients
    for each row when (old.deleted_at is null and new.deleted_at is not null) execute function tenantry.count_usage('clients', '-1', '0');
create trigger clients_removed after delete on tenantry.clients
    for each row when (old.deleted_at is null) execute function tenantry.count_usage('clients', '-1', '-1');
create trigger clients_swept after delete on tenantry.clients
    for each row when (old.deleted_at is not null) execute function tenantry.count_usage('clients', '0', '-1');
-- What is there already.
insert into tenantry.usage_counts (organization_id, meter, used, stored)
    select organization_id, 'members', count(*), count(*) from tenantry.memberships group by organization_id
    union all select organization_id, 'projects', count(*) filter (where deleted_at is null), count(*) from tenantry.projects group by organization_id
    union all select organization_id, 'clients', count(*) filter (where deleted_at is null), count(*) from tenantry.clients group by organization_id;

-- Requests by organization and calendar month (UTC). The servers count in memory and add what they counted.
create table tenantry.request_counts (
    organization_id uuid not null,
    period          date not null,
    requests        bigint not null default 0 check (requests >= 0),
    constraint request_counts_pkey primary key (organization_id, period)
);
-- How often what is limited was used, for servers that share a limit. Losing it forgives; so it is not logged.
create unlogged table tenantry.rate_windows (
    name       text not null,
    started_at timestamptz not null,
    count      bigint not null,
    constraint rate_windows_pkey primary key (name, started_at)
);
revoke all on tenantry.request_counts, tenantry.rate_windows from public;
grant select, insert, update on tenantry.request_counts, tenantry.rate_windows to tenantry_platform;
grant delete on tenantry.rate_windows to tenantry_platform;

create function tenantry.requests_of(wanted_organization uuid, wanted_period date) returns bigint
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((select c.requests from tenantry.request_counts c
                      where c.organization_id = wanted_organization and c.organization_id = tenantry.organization() and c.period = wanted_period), 0);
end $$;
grant select on tenantry.request_counts to tenantry_definer;
grant create on schema tenantry to tenantry_definer;
alter function tenantry.requests_of(uuid, date) owner to tenantry_definer;
revoke create on schema tenantry from tenantry_definer;
revoke execute on function tenantry.requests_of(uuid, date) from public;
grant execute on function tenantry.requests_of(uuid, date) to tenantry_app;

create function tenantry.stored_bytes(wanted_organization uuid) returns bigint
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- Column by column: the size of a whole row would fetch what lies outside of it.
    return coalesce((select sum(96 + pg_column_size(c.name) + pg_column_size(c.metadata)) from tenantry.clients c
                      where c.organization_id = wanted_organization), 0)
         + coalesce((select sum(128 + pg_column_size(p.slug) + pg_column_size(p.name) + pg_column_size(p.description)
                              + pg_column_size(p.metadata) + pg_column_size(p.settings)) from tenantry.projects p
                      where p.organization_id = wanted_organization), 0);
end $$;
grant usage on schema tenantry to tenantry_counter;
grant select on tenantry.clients, tenantry.projects to tenantry_counter;
grant create on schema tenantry to tenantry_counter;
alter function tenantry.stored_bytes(uuid) owner to tenantry_counter;
revoke create on schema tenantry from tenantry_counter;
revoke execute on function tenantry.stored_bytes(uuid) from public;
grant execute on function tenantry.stored_bytes(uuid) to tenantry_app;

-- The filters of the audit log.
create index audit_events_organization_id_action_idx on tenantry.audit_events (organization_id, action, created_at desc, id desc);
create index audit_events_organization_id_actor_idx on tenantry.audit_events (organization_id, actor, created_at desc, id desc);
create index audit_events_organization_id_subject_id_idx on tenantry.audit_events (organization_id, subject_id, created_at desc, id desc);
