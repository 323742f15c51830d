-- Every function and procedure outside the system and its extensions that the role $1 may call and that SQL can call.
select n.nspname::text, p.proname::text, p.oid::pg_catalog.regprocedure::text, p.prokind = 'p', p.prosecdef,
       array(select coalesce(p.proargnames[all_arguments.place], '')
               from pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as all_arguments (type, place)
              where coalesce(p.proargmodes[all_arguments.place], 'i') in ('i', 'b')
              order by all_arguments.place limit p.pronargs - p.pronargdefaults)::text[] as argument_names,
       array(select pg_catalog.format_type(passed.type, null)
               from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as passed (type, place)
              order by passed.place limit p.pronargs - p.pronargdefaults)::text[] as argument_types,
       l.lanname not in ('sql', 'plpgsql') or exists (select from pg_catalog.pg_type t where t.typtype = 'p' and t.typname not in ('record', 'void')
                  and (t.oid = any (p.proargtypes::oid[]) or (t.oid = p.prorettype and t.typname !~ '^any'))) as is_internal
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
 where p.prokind in ('f', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_schema_privilege($1, n.oid, 'usage') and pg_catalog.has_function_privilege($1, p.oid, 'execute')
   and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
   and not exists (select from pg_catalog.pg_depend d where d.deptype = 'e' and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid)
 order by 3
