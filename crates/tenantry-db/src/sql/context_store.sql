-- The verified store: a context that is verified once a transaction instead of at each use.
--
-- What enter() found genuine is kept in backtrace_functions until the transaction ends. Only superusers may set that
-- parameter, and whom they let; here that is tenantry_definer, who logs in nowhere and owns enter(). Whoever could set
-- it otherwise bypasses row security anyway. Everybody may read it, so that reading costs no change of rights.
-- Its own purpose is not served by what we put there: it lists functions of the server's source by name, and no name
-- begins with a digit or holds a blank. Where it is really used, the context stays sealed (context_store()).
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$ begin
    if not pg_catalog.has_parameter_privilege('tenantry_definer', 'backtrace_functions', 'set') then
        grant set on parameter backtrace_functions to tenantry_definer;
    end if;
end $$;

-- What the three functions were until now. They verify the seal in tenantry.context, each time.
create function tenantry.sealed_organization() returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 3)::uuid;
end $$;
create function tenantry.sealed_actor() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 4);
end $$;
create function tenantry.sealed_role() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return split_part(tenantry.verified_context(), '.', 5);
end $$;

-- One expression each, without rights of their own and without SET, because only such a function is written into the
-- statement that calls it. Parsed now, so that the caller's search_path chooses nothing in it.
create or replace function tenantry.organization() returns uuid
    language sql stable parallel safe security invoker
    return case when pg_catalog.starts_with(pg_catalog.current_setting('backtrace_functions'), '0 ')
                then pg_catalog.split_part(pg_catalog.current_setting('backtrace_functions'), ' ', 2)::pg_catalog.uuid
                else tenantry.sealed_organization() end;
create or replace function tenantry.actor() returns text
    language sql stable parallel safe security invoker
    return case when pg_catalog.starts_with(pg_catalog.current_setting('backtrace_functions'), '0 ')
                then pg_catalog.convert_from(pg_catalog.decode(pg_catalog.split_part(pg_catalog.current_setting('backtrace_functions'), ' ', 3), 'hex'), 'UTF8')
                else tenantry.sealed_actor() end;
create or replace function tenantry.role() returns text
    language sql stable parallel safe security invoker
    return case when pg_catalog.starts_with(pg_catalog.current_setting('backtrace_functions'), '0 ')
                then pg_catalog.convert_from(pg_catalog.decode(pg_catalog.split_part(pg_catalog.current_setting('backtrace_functions'), ' ', 4), 'hex'), 'UTF8')
                else tenantry.sealed_role() end;

-- Verifies an entry and keeps what it says until the transaction ends; 42501 when it is not genuine, expired, or made for
-- another connection or database. Every function call here is paid for again in each transaction, so there are few:
-- the parts come apart, and the MAC covers this database and this backend, which are thereby compared.
-- The two hashes are compared first, so that the time it takes says nothing about how many characters were right.
create function tenantry.enter(key_id text, entry text, expires text, mac text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    inner_key bytea;
    outer_key bytea;
    genuine   text;
begin
    select inner_pad, outer_pad into inner_key, outer_key from tenantry_private.context_keys
     where kid = key_id and (retired_at is null or retired_at > statement_timestamp());
    genuine := encode(sha256(outer_key || sha256(inner_key || convert_to(
        concat(E'tenantry.enter.v1\n', current_database(), E'\n', pg_backend_pid(), E'\n', expires, E'\n', entry), 'UTF8'))), 'hex');
    -- Nothing of the entry is cast before its signature is known to be right.
    if hashtextextended(genuine, 0) = hashtextextended(mac, 0) and genuine = mac then
        if expires::float8 >= date_part('epoch', statement_timestamp()) then
            return set_config('backtrace_functions', entry, true) is not null;
        end if;
    end if;
    raise exception 'tenantry: the sealed context was refused' using errcode = '42501';
end $$;

grant create on schema tenantry to tenantry_definer;
alter function tenantry.sealed_organization() owner to tenantry_definer;
alter function tenantry.sealed_actor() owner to tenantry_definer;
alter function tenantry.sealed_role() owner to tenantry_definer;
alter function tenantry.enter(text, text, text, text) owner to tenantry_definer;
revoke create on schema tenantry from tenantry_definer;
revoke execute on function tenantry.enter(text, text, text, text) from public;
grant execute on function tenantry.enter(text, text, text, text) to tenantry_app, tenantry_platform, tenantry_operator;

-- How a new connection enters. Sealed where somebody said so (alter database … set tenantry.context_store = 'sealed'),
-- where the privilege is missing, and where the parameter serves its own purpose.
create function tenantry.context_store() returns text
    language sql stable parallel safe security invoker set search_path = pg_catalog, pg_temp as $$
    select case when current_setting('backtrace_functions') = ''
                 and has_parameter_privilege('tenantry_definer', 'backtrace_functions', 'set')
                 and current_setting('tenantry.context_store', true) is distinct from 'sealed'
                then 'verified' else 'sealed' end
$$;
