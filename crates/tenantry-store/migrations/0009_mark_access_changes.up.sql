-- Servers remember for a moment whose session lives and who is a member where. Every change that can end or alter access
-- leaves a mark here, by triggers, so that also a change made by hand is seen. Servers read the marks that were not
-- visible in the snapshot of their last reading: neither times nor a sequence would do, because both are taken before
-- the commit, and a transaction that began earlier may commit later.
create table tenantry.access_changes (
    changed_in xid8 not null default pg_catalog.pg_current_xact_id(),
    -- `user`, `session`, `organization`, or `everything`. A server that does not know a kind takes it for everything.
    kind       text not null check (kind ~ '^[a-z_]+$'),
    subject    uuid not null,
    created_at timestamptz not null default statement_timestamp(),
    -- When the sweep first saw that it is old. It is removed some time after that, because `created_at` may be long
    -- before the commit.
    aged_at    timestamptz,
    constraint access_changes_pkey primary key (changed_in, kind, subject)
);
revoke all on tenantry.access_changes from public;
grant select on tenantry.access_changes to tenantry_platform;
grant select, insert, update, delete on tenantry.access_changes to tenantry_keeper;

-- The notice carries nothing: whoever listens reads the marks, and whoever else listens learns nothing.
create function tenantry.mark_access_change(what text, whom uuid[]) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    -- A copied-back database may hold marks of another cluster's transactions; an older one of the same number is made new.
    insert into tenantry.access_changes as c (kind, subject) select distinct what, w from unnest(whom) w
        on conflict on constraint access_changes_pkey do update set created_at = excluded.created_at, aged_at = null;
    perform pg_notify('tenantry_access', '');
end $$;

-- One row was changed or deleted: the kind, and the column that names the subject.
create function tenantry.mark_row() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform tenantry.mark_access_change(tg_argv[0], array[(to_jsonb(old) ->> tg_argv[1])::uuid]);
    return null;
end $$;

-- Memberships come by the thousand too, when data is loaded: beyond a number one mark stands for everything.
create function tenantry.mark_members() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    most  constant int := 1000;
    whose uuid[];
begin
    if tg_op = 'INSERT' then
        whose := array(select distinct n.user_id from new_rows n limit most + 1);
    elsif tg_op = 'DELETE' then
        whose := array(select distinct o.user_id from old_rows o limit most + 1);
    else
        whose := array(select o.user_id from old_rows o union select n.user_id from new_rows n limit most + 1);
    end if;
    if cardinality(whose) > most then
        perform tenantry.mark_access_change('everything', array['00000000-0000-0000-0000-000000000000'::uuid]);
    elsif cardinality(whose) > 0 then
        perform tenantry.mark_access_change('user', whose);
    end if;
    return null;
end $$;

create function tenantry.mark_everything() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform tenantry.mark_access_change('everything', array['00000000-0000-0000-0000-000000000000'::uuid]);
    return null;
end $$;

-- Marks of an hour ago are of no more use to anybody: whoever did not read for so long begins anew.
create function tenantry.forget_access_changes(most int default 10000) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    forgot bigint;
begin
    delete from tenantry.access_changes c where c.ctid = any (array(
        select i.ctid from tenantry.access_changes i where i.aged_at < statement_timestamp() - interval '10 minutes' limit most));
    get diagnostics forgot = row_count;
    update tenantry.access_changes c set aged_at = statement_timestamp()
     where c.aged_at is null and c.created_at < statement_timestamp() - interval '1 hour';
    return forgot;
end $$;

create trigger tenantry_access_of_user after update or delete on tenantry.users
    for each row execute function tenantry.mark_row('user', 'id');
create trigger tenantry_access_of_session_ended after update on tenantry.sessions
    for each row when (old.ended_at is distinct from new.ended_at or old.expires_at <> new.expires_at or old.user_id <> new.user_id)
    execute function tenantry.mark_row('session', 'id');
create trigger tenantry_access_of_session_deleted after delete on tenantry.sessions
    for each row execute function tenantry.mark_row('session', 'id');
create trigger tenantry_access_of_organization after update on tenantry.organizations
    for each row when ((old.slug, old.name, old.deleted_at) is distinct from (new.slug, new.name, new.deleted_at))
    execute function tenantry.mark_row('organization', 'organization_id');
create trigger tenantry_access_of_organization_deleted after delete on tenantry.organizations
    for each row execute function tenantry.mark_row('organization', 'organization_id');
create trigger tenantry_access_of_slug after update or delete on tenantry.organization_slugs
    for each row execute function tenantry.mark_row('organization', 'organization_id');
create trigger tenantry_access_of_members_added after insert on tenantry.memberships
    referencing new table as new_rows for each statement execute function tenantry.mark_members();
create trigger tenantry_access_of_members_changed after update on tenantry.memberships
    referencing old table as old_rows new table as new_rows for each statement execute function tenantry.mark_members();
create trigger tenantry_access_of_members_removed after delete on tenantry.memberships
    referencing old table as old_rows for each statement execute function tenantry.mark_members();
create trigger tenantry_access_of_all after truncate on tenantry.users for each statement execute function tenantry.mark_everything();
create trigger tenantry_access_of_all after truncate on tenantry.sessions for each statement execute function tenantry.mark_everything();
create trigger tenantry_access_of_all after truncate on tenantry.organizations for each statement execute function tenantry.mark_everything();
create trigger tenantry_access_of_all after truncate on tenantry.organization_slugs for each statement execute function tenantry.mark_everything();
create trigger tenantry_access_of_all after truncate on tenantry.memberships for each statement execute function tenantry.mark_everything();

grant create on schema tenantry to tenantry_keeper;
alter function tenantry.mark_access_change(text, uuid[]) owner to tenantry_keeper;
alter function tenantry.mark_row() owner to tenantry_keeper;
alter function tenantry.mark_members() owner to tenantry_keeper;
alter function tenantry.mark_everything() owner to tenantry_keeper;
alter function tenantry.forget_access_changes(int) owner to tenantry_keeper;
revoke create on schema tenantry from tenantry_keeper;
revoke execute on function tenantry.mark_access_change(text, uuid[]), tenantry.mark_row(), tenantry.mark_members(), tenantry.mark_everything(),
    tenantry.forget_access_changes(int) from public;
grant execute on function tenantry.forget_access_changes(int) to tenantry_platform;
