-- One sequence counts for every organization: its state shows how much the others write, and setting it stops them.
, used as (
    select distinct s.oid, pg_catalog.format('%I.%I', n.nspname, s.relname) as name, tenant.name as table_name, s.relacl, s.relowner
      from pg_catalog.pg_class s
      join pg_catalog.pg_namespace n on n.oid = s.relnamespace
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = s.oid
                                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')
      join tenant on tenant.oid = d.refobjid
     where s.relkind = 'S' and tenant.class in ('direct', 'via')
    union
    select s.oid, pg_catalog.format('%I.%I', n.nspname, s.relname), tenant.name, s.relacl, s.relowner
      from tenant
      join pg_catalog.pg_attrdef f on f.adrelid = tenant.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
                                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      join pg_catalog.pg_class s on s.oid = d.refobjid and s.relkind = 'S'
      join pg_catalog.pg_namespace n on n.oid = s.relnamespace
     where tenant.class in ('direct', 'via')
), held as (
    select used.oid, used.name, pg_catalog.string_agg(distinct used.table_name, ', ') as tables, entry.privilege_type,
           pg_catalog.string_agg(distinct grantee.name, ', ') as granted_to
      from used
     cross join lateral pg_catalog.aclexplode(coalesce(used.relacl, pg_catalog.acldefault('s', used.relowner))) as entry
      join grantee on grantee.oid = entry.grantee
      join pg_catalog.pg_class c on c.oid = used.oid
     where entry.privilege_type in ('SELECT', 'UPDATE')
       and exists (select from acting where pg_catalog.has_schema_privilege(acting.oid, c.relnamespace, 'usage'))
     group by used.oid, used.name, entry.privilege_type
)
select pg_catalog.format('sequence %s', held.name) as object,
       pg_catalog.format(case held.privilege_type when 'SELECT' then 'sequence %s shows how many rows all organizations write'
                                                  else 'sequence %s can be set by any organization' end, held.name) as title,
       case held.privilege_type
            when 'SELECT' then pg_catalog.format('It numbers the rows of %s for everybody, and %I may read its last value.', held.tables, app.rolname)
            else pg_catalog.format('It numbers the rows of %s for everybody, and %I holds UPDATE on it: setval() makes the other organizations'' inserts collide.', held.tables, app.rolname) end as cause,
       case when held.privilege_type = 'UPDATE' then pg_catalog.format('grant usage on sequence %s to %s; ', held.name, held.granted_to) else '' end
       || pg_catalog.format('revoke %s on sequence %s from %s;', pg_catalog.lower(held.privilege_type), held.name, held.granted_to) as fix,
       'none' as lock,
       case held.privilege_type when 'SELECT' then 'oracle' else 'warning' end as severity
  from held cross join app
 where not app.rolsuper
 order by 1, 2
