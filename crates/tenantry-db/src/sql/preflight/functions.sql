-- A definer function runs with its owner's rights: it needs a fixed search_path, and an owner that row security holds.
select p.oid::regprocedure::text as object,
       case when o.rolsuper or o.rolbypassrls
            then format('%s runs as %s, who passes by row security, and the login %s may call it', p.oid::regprocedure, o.rolname, current_user)
            else format('%s runs as %s without a fixed search_path, so that its caller chooses the operators it uses', p.oid::regprocedure, o.rolname)
       end as cause,
       case when o.rolsuper or o.rolbypassrls
            then format('revoke execute on function %s from public, %I;', p.oid::regprocedure, current_user)
            else format('alter function %s set search_path = pg_catalog, pg_temp;', p.oid::regprocedure)
       end as fix
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_roles o on o.oid = p.proowner
 where p.prosecdef and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_function_privilege(p.oid, 'execute')
   and (o.rolsuper or o.rolbypassrls
        or not exists (select from pg_catalog.unnest(p.proconfig) as setting where setting like 'search\_path=%') and p.prosqlbody is null)
 order by 1
