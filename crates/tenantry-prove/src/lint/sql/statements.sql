-- The collected statements of a role hold what all organizations ran as it.
, view_of as (
    select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.relacl, c.relowner
      from pg_catalog.pg_extension e
      join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = e.oid and d.deptype = 'e'
                                 and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      join pg_catalog.pg_class c on c.oid = d.objid and c.relname = 'pg_stat_statements'
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where e.extname = 'pg_stat_statements'
       and exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, c.oid, 'select')
                                        and pg_catalog.has_schema_privilege(acting.oid, n.oid, 'usage'))
)
select view_of.name as object,
       pg_catalog.format('role %I can read the statements that were collected', app.rolname) as title,
       'pg_stat_statements shows a role the statements that were run as it, and all organizations share that role. The values of SET and of other commands that are not planned can be among them.' as cause,
       pg_catalog.format('revoke select on %s from %s;', view_of.name,
           (select pg_catalog.string_agg(distinct grantee.name, ', ')
              from pg_catalog.aclexplode(coalesce(view_of.relacl, pg_catalog.acldefault('r', view_of.relowner))) as entry
              join grantee on grantee.oid = entry.grantee where entry.privilege_type = 'SELECT')) as fix,
       'none' as lock,
       'warning' as severity
  from view_of cross join app
 where not app.rolsuper
