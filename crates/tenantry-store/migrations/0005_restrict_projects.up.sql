-- A project may be for a client, and open to the organization or restricted to its own members. The second is enforced
-- here: a restricted project does not exist for whoever is not in it, whatever the code above forgets.
alter table tenantry.projects
    add column client_id     uuid,
    add column is_restricted boolean not null default false,
    add column metadata      jsonb not null default '{}' constraint projects_metadata_check check (jsonb_typeof(metadata) = 'object'),
    add column settings      jsonb not null default '{}' constraint projects_settings_check check (jsonb_typeof(settings) = 'object'),
    add column deleted_at    timestamptz,
    add constraint projects_client_id_fkey foreign key (organization_id, client_id) references tenantry.clients (organization_id, id);
drop index tenantry.projects_organization_id_created_at_idx;
create index projects_organization_id_created_at_idx on tenantry.projects (organization_id, created_at desc, id desc) where deleted_at is null;
create index projects_organization_id_deleted_at_idx on tenantry.projects (organization_id, created_at desc, id desc) where deleted_at is not null;
-- Of deleted ones too: the foreign key asks it when a client is removed.
create index projects_organization_id_client_id_idx on tenantry.projects (organization_id, client_id, created_at desc, id desc);
revoke insert, update, delete on tenantry.projects from tenantry_app;
-- When it was made is no column of the request path: it says who may become its manager.
grant insert (organization_id, id, slug, name, description, client_id, metadata, created_by) on tenantry.projects to tenantry_app;
grant update (slug, name, description, client_id, is_restricted, metadata, settings, deleted_at) on tenantry.projects to tenantry_app;

create table tenantry.project_members (
    organization_id uuid not null,
    project_id      uuid not null,
    user_id         uuid not null,
    role            text not null check (role in ('manager', 'member', 'viewer')),
    created_at      timestamptz not null default statement_timestamp(),
    updated_at      timestamptz not null default statement_timestamp(),
    constraint project_members_pkey primary key (organization_id, project_id, user_id),
    constraint project_members_project_id_fkey foreign key (organization_id, project_id)
        references tenantry.projects (organization_id, id) on delete cascade,
    -- Whoever leaves the organization leaves its projects.
    constraint project_members_user_id_fkey foreign key (organization_id, user_id)
        references tenantry.memberships (organization_id, user_id) on delete cascade
);
create index project_members_organization_id_user_id_idx on tenantry.project_members (organization_id, user_id, project_id, role);
create index project_members_organization_id_created_at_idx on tenantry.project_members (organization_id, project_id, created_at desc, user_id desc);
select tenantry.protect('tenantry.project_members', 'select, insert, delete');
grant update (role) on tenantry.project_members to tenantry_app;

-- The projects in which the sealed person has at least this role. An array, so that a policy asks once a statement.
create function tenantry.own_projects(least_role text) returns uuid[]
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    caller text := tenantry.actor();
    roles  text[] := case least_role when 'viewer' then array['viewer', 'member', 'manager']
                                when 'member' then array['member', 'manager'] else array['manager'] end;
begin
    if caller is null or caller not like 'usr:%' then
        return '{}';
    end if;
    return array(select m.project_id from tenantry.project_members m
                  where m.organization_id = tenantry.organization() and m.user_id = substr(caller, 5)::uuid and m.role = any (roles));
end $$;

-- Owners and admins see and change every project.
create function tenantry.sees_every_project() returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce(tenantry.role() in ('owner', 'admin'), false);
end $$;

-- tenantry_counter adds up what an organization stores, whoever of it asks.
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'tenantry_counter') then
        create role tenantry_counter nologin noinherit;
    end if;
end $$;
create policy tenantry_project_reading on tenantry.projects as restrictive for select to public
    using (not is_restricted or current_user = 'tenantry_counter' or (select tenantry.sees_every_project()) or id = any ((select tenantry.own_projects('viewer'))::uuid[]));
create policy tenantry_project_changing on tenantry.projects as restrictive for update to public
    using (not is_restricted or (select tenantry.sees_every_project()) or id = any ((select tenantry.own_projects('member'))::uuid[]));

-- own_projects() reads this table as tenantry_definer, for whom only the guard holds: the policies would ask it again.
create policy tenantry_project_reading on tenantry.project_members as restrictive for select to public
    using (current_user = 'tenantry_definer' or exists (
        select from tenantry.projects p where p.organization_id = project_members.organization_id and p.id = project_members.project_id));
-- Managers choose the members; whoever makes a project becomes its manager, in the same transaction and not later.
create policy tenantry_project_joining on tenantry.project_members as restrictive for insert to public
    with check ((select tenantry.sees_every_project()) or project_id = any ((select tenantry.own_projects('manager'))::uuid[])
        or (role = 'manager' and 'usr:' || user_id = (select tenantry.actor()) and exists (
            select from tenantry.projects p where p.organization_id = project_members.organization_id and p.id = project_members.project_id
               and p.created_by = (select tenantry.actor()) and p.created_at >= transaction_timestamp())));
create policy tenantry_project_managing on tenantry.project_members as restrictive for update to public
    using ((select tenantry.sees_every_project()) or project_id = any ((select tenantry.own_projects('manager'))::uuid[]));
create policy tenantry_project_leaving on tenantry.project_members as restrictive for delete to public
    using ((select tenantry.sees_every_project()) or project_id = any ((select tenantry.own_projects('manager'))::uuid[])
        or 'usr:' || user_id = (select tenantry.actor()));

grant select (organization_id, project_id, user_id, role, created_at, updated_at) on tenantry.project_members to tenantry_definer;
grant create on schema tenantry to tenantry_definer;
alter function tenantry.own_projects(text) owner to tenantry_definer;
revoke create on schema tenantry from tenantry_definer;
