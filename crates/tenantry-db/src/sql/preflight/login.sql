-- The login itself and every role it can become: none may pass by row security, or make roles and databases.
-- A role that is reached by way of others is given up at the first of them: the login holds no other membership.
with recursive reachable as (
    select oid, null::name as by_way_of from pg_catalog.pg_roles where rolname = current_user
    union
    select r.oid, coalesce(m.by_way_of, r.rolname) from reachable m
      join pg_catalog.pg_auth_members am on am.member = m.oid
      join pg_catalog.pg_roles r on r.oid = am.roleid
)
select r.rolname::text as object,
       format('the login %s %s %s', current_user,
              case when r.rolname = current_user then 'has' else format('can become %s, which has', r.rolname) end,
              flaw.name) as cause,
       case when r.rolname = current_user then format('alter role %I %s;', r.rolname, flaw.remedy)
            else format('revoke %I from %I;', m.by_way_of, current_user) end as fix
  from reachable m
  join pg_catalog.pg_roles r on r.oid = m.oid
  cross join lateral (values
      ('SUPERUSER', 'nosuperuser', r.rolsuper), ('BYPASSRLS', 'nobypassrls', r.rolbypassrls),
      ('REPLICATION', 'noreplication', r.rolreplication), ('CREATEROLE', 'nocreaterole', r.rolcreaterole),
      ('CREATEDB', 'nocreatedb', r.rolcreatedb)
  ) as flaw (name, remedy, is_there)
 where flaw.is_there
 order by 1, 2
