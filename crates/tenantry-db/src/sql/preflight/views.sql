-- A view runs with its owner's rights, and a materialized view holds everybody's rows.
select c.oid::regclass::text as object,
       case c.relkind
           when 'm' then format('the materialized view %s holds the rows of every organization', c.oid::regclass)
           when 'f' then format('the foreign table %s has no row security', c.oid::regclass)
           else format('the view %s runs with the rights of its owner %s, not of the caller', c.oid::regclass, pg_catalog.pg_get_userbyid(c.relowner))
       end as cause,
       case c.relkind
           when 'v' then format('alter view %s set (security_invoker = true);', c.oid::regclass)
           else format('revoke all on %s from public, %I;', c.oid::regclass, current_user)
       end as fix
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update')
   and not (c.relkind = 'v' and coalesce((select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'security_invoker'), false))
 order by 1
