-- A trigger carries a row of one organization to where another one can read it, or writes as somebody whom row security does not hold.
, fired as (
    select g.tgname, g.oid as trigger, tenant.oid as relation, tenant.name as relation_name, tenant.tenant_column, function.*
      from pg_catalog.pg_trigger g
      join tenant on tenant.oid = g.tgrelid
      join function on function.oid = g.tgfoid
     where not g.tgisinternal and g.tgparentid = 0 and g.tgenabled <> 'D'
), target as (
    select fired.trigger, classified.oid, classified.name, classified.class, classified.relrowsecurity
      from fired
      join named on named.relation = named.source
                and fired.body ~* ('\m(insert\s+into|update|update\s+only|delete\s+from|merge\s+into)\s+' || named.pattern)
      join classified on classified.oid = named.source
)
select pg_catalog.format('trigger %I on %s', fired.tgname, fired.relation_name) as object,
       pg_catalog.format('trigger %I on %s writes to %s, which every organization can read', fired.tgname, fired.relation_name, target.name) as title,
       pg_catalog.format('%s puts what is written to %s into %s, which has no row security, and %I may read it.', fired.name, fired.relation_name, target.name, app.rolname) as cause,
       pg_catalog.format('decide: give %s a tenant column and row security, or take SELECT on it from %I', target.name, app.rolname) as fix,
       'none' as lock,
       case when target.class = 'shared' then 'warning' else 'leak' end as severity
  from fired
  join target on target.trigger = fired.trigger
  cross join app
 where target.class in ('shared', 'unclassified') and not target.relrowsecurity
   and fired.body ~* '\m(new|old)\M'
   and exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, target.oid, 'select'))
union all
select pg_catalog.format('trigger %I on %s', fired.tgname, fired.relation_name),
       pg_catalog.format('trigger %I on %s writes as %I, whom row security does not hold', fired.tgname, fired.relation_name, fired.owner_name),
       pg_catalog.format('%s is SECURITY DEFINER, writes to %s and names neither the tenant column nor the context, so a key of another organization is enough to reach its row.',
           fired.name, pg_catalog.string_agg(distinct target.name, ', ')),
       pg_catalog.format('alter function %s security invoker;', fired.name),
       'none; statements that already run go on',
       'warning'
  from fired
  join target on target.trigger = fired.trigger
  join touched on touched.function = fired.oid and touched.source = target.oid and touched.is_passed
 where fired.is_definer and target.class in ('root', 'direct', 'via')
   and not exists (select from bound where bound.oid = fired.oid)
   and not exists (select from tenant where tenant.class = 'direct' and tenant.tenant_column is not null
                    and pg_catalog.strpos(pg_catalog.lower(fired.body), pg_catalog.lower(tenant.tenant_column)) > 0)
 group by fired.tgname, fired.relation_name, fired.owner_name, fired.name
 order by 1, 2
