-- Who is logged in, the role $1, and the settings that are stored for it. What a session cannot be given later is left out,
-- and so is what only a superuser could give it where the login is none. With row_security off every question would be an
-- error; a lint names that setting.
with stored as (
    select entry.setting, s.setrole, s.setdatabase, coalesce(known.context = 'superuser', false) as needs_superuser
      from pg_catalog.pg_db_role_setting s
     cross join pg_catalog.unnest(s.setconfig) as entry (setting)
      left join pg_catalog.pg_settings known on known.name = pg_catalog.split_part(entry.setting, '=', 1)
     where s.setrole in (0, (select oid from pg_catalog.pg_roles where rolname = $1))
       and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
       and coalesce(known.context, 'user') in ('user', 'superuser') and known.name is distinct from 'row_security'
       and (known.context is distinct from 'superuser' or (select rolsuper from pg_catalog.pg_roles where rolname = session_user))
)
select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1),
       pg_catalog.current_database()::text, session_user::text, l.rolsuper, pg_catalog.pg_backend_pid(),
       coalesce(r.rolname::text, ''),
       pg_catalog.to_regprocedure('tenantry.verified_context()') is not null and pg_catalog.to_regclass('tenantry_private.context_keys') is not null,
       array(select setting from stored order by setrole, setdatabase, setting)::text[],
       array(select needs_superuser from stored order by setrole, setdatabase, setting)::bool[]
  from pg_catalog.pg_roles l
  left join pg_catalog.pg_roles r on r.rolname = $1
 where l.rolname = session_user
