-- Large objects have no row security: whoever may read one through the application's role may read all of them.
, door as (
    select p.oid, pg_catalog.format('pg_catalog.%I(%s)', p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as name,
           (select pg_catalog.string_agg(distinct grantee.name, ', ')
              from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as entry
              join grantee on grantee.oid = entry.grantee) as granted_to
      from pg_catalog.pg_proc p
     where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.proname in ('lo_get', 'lo_put', 'lo_open', 'lo_unlink')
       and exists (select from acting where pg_catalog.has_function_privilege(acting.oid, p.oid, 'execute'))
), mine as (
    select m.oid from pg_catalog.pg_largeobject_metadata m
     where pg_catalog.current_setting('lo_compat_privileges') = 'on'
        or exists (select from acting where acting.oid = m.lomowner)
        or exists (select from pg_catalog.aclexplode(m.lomacl) as entry join grantee on grantee.oid = entry.grantee)
), keeper as (
    select pg_catalog.string_agg(distinct tenant.name, ', ') as names
      from tenant
      join pg_catalog.pg_attribute a on a.attrelid = tenant.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_type t on t.oid = a.atttypid
     where t.oid = 'pg_catalog.oid'::pg_catalog.regtype or t.typbasetype = 'pg_catalog.oid'::pg_catalog.regtype
)
select 'large objects'::pg_catalog.text as object,
       pg_catalog.format('%s large objects are open to every organization', (select pg_catalog.count(*) from mine)) as title,
       pg_catalog.format('Large objects have no row security, and %I may read or delete them by their number.', app.rolname)
       || coalesce(' ' || keeper.names || ' has columns for their numbers.', '') as cause,
       pg_catalog.format('revoke execute on function %s from %s;',
           (select pg_catalog.string_agg(door.name, ', ' order by door.name) from door),
           (select pg_catalog.string_agg(distinct part.name, ', ') from door cross join lateral pg_catalog.unnest(pg_catalog.string_to_array(door.granted_to, ', ')) as part (name))) as fix,
       'none' as lock,
       case when keeper.names is not null then 'leak' else 'warning' end as severity
  from app cross join keeper
 where not app.rolsuper and exists (select from mine) and exists (select from door)
