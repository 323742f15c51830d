-- Takes the verified store back. The privilege stays: it belongs to the whole server, other databases may use it, and
-- without enter() nobody can.
drop function tenantry.context_store();
drop function tenantry.enter(text, text, text, text);
create or replace function tenantry.organization() returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 3)::uuid;
end $$;
create or replace function tenantry.actor() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 4);
end $$;
create or replace function tenantry.role() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 5);
end $$;
drop function tenantry.sealed_organization();
drop function tenantry.sealed_actor();
drop function tenantry.sealed_role();
