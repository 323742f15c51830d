-- Every table or partition with organization_id that the request path can reach has forced row security and the guard.
with reachable as (
    select c.oid, c.oid::regclass as relation, c.relrowsecurity, c.relforcerowsecurity
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and (pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update') or pg_catalog.has_table_privilege(c.oid, 'delete'))
)
select relation::text as object,
       case
           when not relrowsecurity then format('%s has organization_id, but row security is off', relation)
           when not relforcerowsecurity then format('row security of %s is not forced: its owner sees every organization', relation)
           when g.oid is null then format('%s has no policy tenantry_guard', relation)
           else format('the policy tenantry_guard of %s is not the guard: %s', relation, pg_catalog.pg_get_expr(g.polqual, g.polrelid))
       end as cause,
       -- The table keeps the privileges it has: mending never widens.
       format(case when privileges = 'select, insert, update, delete' then 'select tenantry.protect(%1$L);' else 'select tenantry.protect(%1$L, %2$L);' end,
              relation::text, privileges) as fix
  from reachable
  cross join lateral (
      select coalesce(pg_catalog.string_agg(p.name, ', ' order by p.place), 'select') as privileges
        from (values (1, 'select'), (2, 'insert'), (3, 'update'), (4, 'delete')) as p (place, name)
       where pg_catalog.has_table_privilege(reachable.oid, p.name)) as held
  left join pg_catalog.pg_policy g on g.polrelid = reachable.oid and g.polname = 'tenantry_guard'
 where not relrowsecurity or not relforcerowsecurity or g.oid is null
    or g.polcmd <> '*' or g.polroles <> '{0}'
    or g.polpermissive <> exists (select from pg_catalog.pg_extension where extname = 'citus')
    or coalesce(pg_catalog.pg_get_expr(g.polqual, g.polrelid), '') <> coalesce(pg_catalog.pg_get_expr(g.polwithcheck, g.polrelid), '-')
    or pg_catalog.pg_get_expr(g.polqual, g.polrelid) not in
       ('(organization_id = ( SELECT tenantry.organization() AS organization))', '(organization_id = tenantry.organization())')
 order by 1
