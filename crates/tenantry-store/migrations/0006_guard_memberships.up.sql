-- Who may change a membership, and that an organization keeps an owner, hold in the database as well: a statement under
-- a viewer's seal changes nobody's role, and of two owners who demote each other at once one is refused.
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$ begin
    -- Owns the triggers and the sweep, which work on rows of organizations without a seal. Nobody logs in as it.
    if not exists (select from pg_catalog.pg_roles where rolname = 'tenantry_keeper') then
        create role tenantry_keeper nologin noinherit bypassrls;
    end if;
end $$;
grant usage on schema tenantry to tenantry_keeper;

alter table tenantry.organizations
    add column settings jsonb not null default '{}' constraint organizations_settings_check check (jsonb_typeof(settings) = 'object'),
    add column metadata jsonb not null default '{}' constraint organizations_metadata_check check (jsonb_typeof(metadata) = 'object');
revoke update on tenantry.organizations from tenantry_app;
grant update (slug, name, description, settings, metadata, deleted_at) on tenantry.organizations to tenantry_app;
revoke insert, update on tenantry.memberships from tenantry_app;
grant update (role) on tenantry.memberships to tenantry_app;
create index memberships_organization_id_created_at_idx on tenantry.memberships (organization_id, created_at desc, user_id desc);

-- Who may work on memberships and deletions without a seal: whoever owns the tables or may do anything, operators, and
-- the platform where it removes what the sweep removes. The request path must show one, for each row: a statement can
-- take its own seal away between two of them.
create function tenantry.may_work_unsealed(operation text) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select session_user = 'tenantry_operator' or (session_user = 'tenantry_platform' and operation = 'DELETE')
        or exists (select from pg_roles r where r.rolname = session_user and (r.rolsuper or pg_has_role(r.oid, 'tenantry_owner', 'member'))) $$;

-- When something was deleted is the moment of the deletion, and who deletes and restores is who may: the sweep removes
-- for good what was deleted long enough ago.
create function tenantry.guard_deletion() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    caller_role text := tenantry.role();
begin
    if new.deleted_at is not distinct from old.deleted_at then
        return new;
    end if;
    if caller_role is null then
        if tenantry.may_work_unsealed(tg_op) then
            return new;
        end if;
    elsif caller_role = 'owner' or (caller_role = 'admin' and tg_argv[0] = 'admin') then
        new.deleted_at := case when new.deleted_at is not null then statement_timestamp() end;
        return new;
    end if;
    raise exception 'tenantry: this role may not delete or restore this' using errcode = '42501';
end $$;
create trigger organizations_deletion before update of deleted_at on tenantry.organizations
    for each row execute function tenantry.guard_deletion('owner');
create trigger projects_deletion before update of deleted_at on tenantry.projects
    for each row execute function tenantry.guard_deletion('admin');
create trigger clients_deletion before update of deleted_at on tenantry.clients
    for each row execute function tenantry.guard_deletion('admin');

create function tenantry.guard_membership() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    caller_role text := tenantry.role();
    was_owner   boolean := tg_op <> 'INSERT' and old.role = 'owner';
    is_owner    boolean := tg_op <> 'DELETE' and new.role = 'owner';
begin
    -- Under a seal: owners change everybody, admins everybody
    -- but owners, and everybody may leave.
    if caller_role is null and not tenantry.may_work_unsealed(tg_op) then
        raise exception 'tenantry: a membership is changed in the context of its organization' using errcode = '42501';
    end if;
    if caller_role is not null and not (
        caller_role = 'owner'
        or (caller_role = 'admin' and not was_owner and not is_owner)
        or (tg_op = 'DELETE' and 'usr:' || old.user_id = tenantry.actor()))
    then
        raise exception 'tenantry: this role may not change this membership' using errcode = '42501';
    end if;
    if was_owner and not is_owner then
        -- Two at once wait for each other here, and the second one sees what the first one did.
        perform from tenantry.organizations o where o.organization_id = old.organization_id for no key update;
        if found and not exists (select from tenantry.memberships m
                                  where m.organization_id = old.organization_id and m.role = 'owner' and m.user_id <> old.user_id) then
            raise exception 'tenantry: an organization keeps an owner'
                using errcode = '23514', schema = 'tenantry', table = 'memberships', constraint = 'memberships_last_owner';
        end if;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
grant select (organization_id, user_id, role) on tenantry.memberships to tenantry_keeper;
grant select (organization_id), update (deleted_at) on tenantry.organizations to tenantry_keeper;
create trigger memberships_guard before insert or update or delete on tenantry.memberships
    for each row execute function tenantry.guard_membership();

-- The members of the sealed organization with their names. Accounts belong to nobody's organization, so the request
-- path cannot read them; this shows those of members, and of nobody else.
create function tenantry.members(wanted_organization uuid, wanted_role text, search text, before_time timestamptz, before_user uuid, most bigint)
    returns table (user_id uuid, email text, name text, role text, created_at timestamptz, updated_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at
          from tenantry.memberships m join tenantry.users u on u.id = m.user_id
         where m.organization_id = wanted_organization and (m.created_at, m.user_id) < (before_time, before_user)
           and (wanted_role is null or m.role = wanted_role)
           and (search is null or strpos(lower(u.name), lower(search)) > 0 or strpos(u.email, lower(search)) > 0)
         order by m.created_at desc, m.user_id desc limit most;
end $$;

create function tenantry.member(wanted_organization uuid, wanted_user uuid)
    returns table (user_id uuid, email text, name text, role text, created_at timestamptz, updated_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at
          from tenantry.memberships m join tenantry.users u on u.id = m.user_id
         where m.organization_id = wanted_organization and m.user_id = wanted_user;
end $$;

create function tenantry.members_of_project(wanted_organization uuid, wanted_project uuid, before_time timestamptz, before_user uuid, most bigint)
    returns table (project_id uuid, user_id uuid, email text, name text, role text, created_at timestamptz, updated_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- The definer reads every member of the organization's projects, so the project's own policy is asked first.
    if not exists (select from tenantry.projects p where p.organization_id = wanted_organization and p.id = wanted_project) then
        return;
    end if;
    return query
        select m.project_id, m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at
          from tenantry.project_members m join tenantry.users u on u.id = m.user_id
         where m.organization_id = wanted_organization and m.project_id = wanted_project
           and (m.created_at, m.user_id) < (before_time, before_user)
         order by m.created_at desc, m.user_id desc limit most;
end $$;

-- Deleted organizations that a user owns: who may restore them.
create function tenantry.deleted_organizations_of(wanted_user uuid)
    returns table (organization_id uuid, slug text, name text, role text, joined_at timestamptz, deleted_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select m.organization_id, o.slug, o.name, m.role, m.created_at, o.deleted_at
          from tenantry.memberships m
          join tenantry.organizations o on o.organization_id = m.organization_id
         where m.user_id = wanted_user and m.role = 'owner' and o.deleted_at is not null;
end $$;

grant select (id, email, name) on tenantry.users to tenantry_definer;
grant select (organization_id, user_id, role, created_at, updated_at) on tenantry.memberships to tenantry_definer;
grant select (organization_id, id, is_restricted) on tenantry.projects to tenantry_definer;
grant create on schema tenantry to tenantry_keeper, tenantry_definer, tenantry_directory;
alter function tenantry.guard_membership() owner to tenantry_keeper;
alter function tenantry.members(uuid, text, text, timestamptz, uuid, bigint) owner to tenantry_definer;
alter function tenantry.member(uuid, uuid) owner to tenantry_definer;
alter function tenantry.members_of_project(uuid, uuid, timestamptz, uuid, bigint) owner to tenantry_definer;
alter function tenantry.deleted_organizations_of(uuid) owner to tenantry_directory;
revoke create on schema tenantry from tenantry_keeper, tenantry_definer, tenantry_directory;
revoke execute on function tenantry.guard_membership(), tenantry.members(uuid, text, text, timestamptz, uuid, bigint), tenantry.member(uuid, uuid),
    tenantry.members_of_project(uuid, uuid, timestamptz, uuid, bigint), tenantry.deleted_organizations_of(uuid) from public;
grant execute on function tenantry.members(uuid, text, text, timestamptz, uuid, bigint), tenantry.member(uuid, uuid),
    tenantry.members_of_project(uuid, uuid, timestamptz, uuid, bigint) to tenantry_app;
grant execute on function tenantry.deleted_organizations_of(uuid) to tenantry_platform;
