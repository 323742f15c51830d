-- The roles of Tenantry. Nobody who serves a request owns anything, creates anything or bypasses row security.
-- Roles belong to the whole server, so every statement here can be run again; and of two databases that are
-- migrated at once, one waits here.
lock table pg_catalog.pg_authid in share row exclusive mode;
do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('tenantry_owner',     'nologin noinherit'),            -- owns the schemas and the control plane's tables
            ('tenantry_definer',   'nologin noinherit'),            -- owns the verifying functions and claim_slug: reads the keys, and moves slugs
            ('tenantry_directory', 'nologin noinherit bypassrls'),  -- owns the functions that answer which organizations a user is in
            ('tenantry_app',       'login noinherit'),              -- the request path: rows of the sealed organization
            ('tenantry_platform',  'login noinherit'),              -- rows that belong to nobody's organization
            ('tenantry_operator',  'login noinherit bypassrls')     -- work across organizations; every use leaves a reason
        ) as roles (name, attributes)
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
            execute format('create role %I %s', wanted.name, wanted.attributes);
        end if;
    end loop;
end $$;
