-- Sessions of one role may end each other, whichever organization they work for.
, door as (
    select pg_catalog.format('pg_catalog.%I(%s)', p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as name, grantee.name as granted_to
      from pg_catalog.pg_proc p
     cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as entry
      join grantee on grantee.oid = entry.grantee
     where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.proname in ('pg_terminate_backend', 'pg_cancel_backend')
)
select pg_catalog.string_agg(distinct door.name, ', ') as object,
       pg_catalog.format('role %I can end the sessions of others', app.rolname) as title,
       'A session may end or cancel every session of the same role, and all organizations share that role.' as cause,
       pg_catalog.format('revoke execute on function %s from %s;', pg_catalog.string_agg(distinct door.name, ', '), pg_catalog.string_agg(distinct door.granted_to, ', ')) as fix,
       'none' as lock,
       'warning' as severity
  from app cross join door
 where not app.rolsuper
 group by app.rolname
union all
select pg_catalog.format('%I', r.rolname),
       pg_catalog.format('role %I belongs to %I, which can end everybody''s sessions', app.rolname, r.rolname),
       pg_catalog.format('%I is or belongs to pg_signal_backend, which may end the sessions of every role but a superuser.', r.rolname),
       pg_catalog.format('revoke %I from %I;', r.rolname, app.rolname),
       'none', 'warning'
  from app
  join pg_catalog.pg_roles r on exists (select from pg_catalog.pg_auth_members m where m.member = app.oid and m.roleid = r.oid)
 where not app.rolsuper and not r.rolsuper and pg_catalog.pg_has_role(r.oid, 'pg_signal_backend', 'member')
 order by 1
