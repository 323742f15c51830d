-- The statements of the other sessions of the same role are other organizations' statements.
, door as (
    select p.oid, pg_catalog.format('pg_catalog.%I(%s)', p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as name, p.proowner, p.proacl
      from pg_catalog.pg_proc p
     where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.proname in ('pg_stat_get_activity', 'pg_stat_get_backend_activity')
), held as (
    select door.name, grantee.name as granted_to
      from door
     cross join lateral pg_catalog.aclexplode(coalesce(door.proacl, pg_catalog.acldefault('f', door.proowner))) as entry
      join grantee on grantee.oid = entry.grantee
      left join pg_catalog.pg_roles r on r.oid = entry.grantee
     where entry.grantee = 0 or r.rolname !~ '^pg_'
)
select 'pg_stat_activity'::pg_catalog.text as object,
       pg_catalog.format('role %I can read the statements that others run', app.rolname) as title,
       'pg_stat_activity shows the text of every statement of the same role, with the values that were written into it, and all organizations share that role.' as cause,
       pg_catalog.format(E'revoke execute on function %s from %s;\ngrant execute on function pg_catalog.pg_stat_get_activity(integer), pg_catalog.pg_stat_get_backend_activity(integer) to pg_monitor;',
           (select pg_catalog.string_agg(distinct held.name, ', ') from held), (select pg_catalog.string_agg(distinct held.granted_to, ', ') from held)) as fix,
       'none' as lock,
       'warning' as severity
  from app
 where not app.rolsuper and exists (select from held)
union all
select pg_catalog.format('%I', r.rolname),
       pg_catalog.format('role %I belongs to %I, which can read everybody''s statements', app.rolname, r.rolname),
       pg_catalog.format('%I is or belongs to pg_read_all_stats, which shows the statements of every role.', r.rolname),
       pg_catalog.format('revoke %I from %I;', r.rolname, app.rolname),
       'none', 'warning'
  from app
  join pg_catalog.pg_roles r on exists (select from pg_catalog.pg_auth_members m where m.member = app.oid and m.roleid = r.oid)
 where not app.rolsuper and not r.rolsuper and pg_catalog.pg_has_role(r.oid, 'pg_read_all_stats', 'member')
 order by 1
