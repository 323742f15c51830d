create table tenantry.organizations (
    organization_id uuid not null constraint organizations_pkey primary key,
    slug            text not null check (length(slug) between 2 and 48),
    name            text not null check (length(name) between 1 and 120),
    description     text not null default '' check (length(description) <= 4000),
    created_at      timestamptz not null default statement_timestamp(),
    updated_at      timestamptz not null default statement_timestamp(),
    deleted_at      timestamptz
);
select tenantry.protect('tenantry.organizations', 'select, update');

-- Slugs are unique among all organizations, because they stand in addresses. The uniqueness lives here, where the
-- request path cannot look, and not in a key of the guarded table, where it would tell one organization of another.
create table tenantry.organization_slugs (
    slug            text constraint organization_slugs_pkey primary key,
    organization_id uuid not null constraint organization_slugs_organization_id_key unique
);
revoke all on tenantry.organization_slugs from public;

create table tenantry.memberships (
    organization_id uuid not null constraint memberships_organization_id_fkey references tenantry.organizations (organization_id) on delete cascade,
    user_id         uuid not null constraint memberships_user_id_fkey references tenantry.users (id) on delete cascade,
    role            text not null check (role in ('owner', 'admin', 'member', 'viewer')),
    created_at      timestamptz not null default statement_timestamp(),
    updated_at      timestamptz not null default statement_timestamp(),
    constraint memberships_pkey primary key (organization_id, user_id)
);
-- For the directory below, which asks by user.
create index memberships_user_id_idx on tenantry.memberships (user_id);
select tenantry.protect('tenantry.memberships');

-- Founding: the platform may insert, and the guard holds it to the organization that is being founded.
grant insert on tenantry.organizations, tenantry.memberships, tenantry.audit_events to tenantry_platform;
grant select, insert on tenantry.organization_slugs to tenantry_platform;

-- Which organizations a user is in. Row security lets nobody ask that, so these run as a role that bypasses it, owns
-- nothing else, reads these columns only, and may be called by the platform login alone. plpgsql, so that the plans stay.
create function tenantry.memberships_of(wanted_user uuid)
    returns table (organization_id uuid, slug text, name text, role text, joined_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select m.organization_id, o.slug, o.name, m.role, m.created_at
          from tenantry.memberships m
          join tenantry.organizations o on o.organization_id = m.organization_id
         where m.user_id = wanted_user and o.deleted_at is null;
end $$;

create function tenantry.membership_of(wanted_user uuid, wanted_organization uuid)
    returns table (slug text, name text, role text, joined_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select o.slug, o.name, m.role, m.created_at
          from tenantry.memberships m
          join tenantry.organizations o on o.organization_id = m.organization_id
         where m.organization_id = wanted_organization and m.user_id = wanted_user and o.deleted_at is null;
end $$;

-- Gives the sealed organization another slug. A taken one is a violation of organization_slugs_pkey.
create function tenantry.claim_slug(wanted text) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    caller uuid := tenantry.organization();
begin
    if caller is null then
        raise exception 'tenantry: a slug is claimed in the context of an organization' using errcode = '42501';
    end if;
    update tenantry.organization_slugs set slug = wanted where organization_id = caller;
end $$;

grant usage on schema tenantry to tenantry_directory, tenantry_definer;
grant select (organization_id, slug, name, deleted_at) on tenantry.organizations to tenantry_directory;
grant select (organization_id, user_id, role, created_at) on tenantry.memberships to tenantry_directory;
grant select, update on tenantry.organization_slugs to tenantry_definer;
grant create on schema tenantry to tenantry_directory, tenantry_definer;
alter function tenantry.memberships_of(uuid) owner to tenantry_directory;
alter function tenantry.membership_of(uuid, uuid) owner to tenantry_directory;
alter function tenantry.claim_slug(text) owner to tenantry_definer;
revoke create on schema tenantry from tenantry_directory, tenantry_definer;
revoke execute on function tenantry.memberships_of(uuid), tenantry.membership_of(uuid, uuid), tenantry.claim_slug(text) from public;
grant execute on function tenantry.memberships_of(uuid), tenantry.membership_of(uuid, uuid) to tenantry_platform;
grant execute on function tenantry.claim_slug(text) to tenantry_app;
