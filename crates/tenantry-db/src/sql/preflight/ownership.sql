-- An owner can switch row security off, forced or not; so the request path owns nothing.
select c.oid::regclass::text as object,
       format('%s belongs to the login %s, and an owner can switch row security off', c.oid::regclass, current_user) as cause,
       format('alter %s %s owner to tenantry_owner;',
              case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, c.oid::regclass) as fix
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where pg_catalog.pg_has_role(c.relowner, 'usage')
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
   and not exists (select from pg_catalog.pg_roles s where s.rolname = current_user and s.rolsuper)
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by 1
