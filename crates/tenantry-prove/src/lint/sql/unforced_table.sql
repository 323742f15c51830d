-- Row security that its owner walks past: who else comes in as the owner?
, unforced as (
    select t.*,
           exists (select from held h where h.oid = t.relowner) as is_own,
           (select pg_catalog.min(v.name)
              from pg_catalog.pg_depend d
              join pg_catalog.pg_rewrite w on w.oid = d.objid
              join relations v on v.oid = w.ev_class and v.relkind = 'v' and v.relowner = t.relowner and v.is_readable and not o.passes
              join pg_catalog.pg_class c on c.oid = v.oid
             where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.refobjid = t.oid and w.rulename = '_RETURN'
               and not coalesce((select o.option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'), false)) as view_on_it,
           (select pg_catalog.min(pg_catalog.format('%I.%I', s.name, p.proname))
              from pg_catalog.pg_proc p
              join spaces s on s.oid = p.pronamespace and s.is_usable
             where p.prosecdef and p.proowner = t.relowner and not o.passes
               and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
               and p.prosrc ~* ('\m' || pg_catalog.regexp_replace(t.bare, '([^[:alnum:]_])', '\\\1', 'g') || '\M')
               and exists (select from held h where pg_catalog.has_function_privilege(h.oid, p.oid, 'execute'))) as function_on_it
      from tenants t
      -- Whom FORCE does not hold either is named with the view or function that he owns.
      join (select r.oid, r.rolsuper or r.rolbypassrls as passes from pg_catalog.pg_roles r) as o on o.oid = t.relowner
     where t.relkind in ('r', 'p') and t.is_secured and not t.is_forced
)
select u.name as object,
       pg_catalog.format('row security of %s does not hold its owner %s', u.name, u.owner) as title,
       case when u.is_own then pg_catalog.format('The role %s is the owner or can become it, and then reads the rows of every organization.', $1::text)
            when u.view_on_it is not null then pg_catalog.format('The view %s reads it with the rights of the owner, and the role %s may read the view.', u.view_on_it, $1::text)
            when u.function_on_it is not null then pg_catalog.format('The function %s runs with the rights of the owner and names the table, and the role %s may call it.', u.function_on_it, $1::text)
            else 'Whatever runs as the owner, a view, a function or a job, sees the rows of every organization.' end as cause,
       pg_catalog.format('alter table %s force row level security;', u.name) as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', u.name) as lock,
       case when u.is_own or u.view_on_it is not null or u.function_on_it is not null then 'leak' else 'warning' end as severity
  from unforced u
 where u.is_own or u.is_readable or u.is_writable or u.view_on_it is not null or u.function_on_it is not null
