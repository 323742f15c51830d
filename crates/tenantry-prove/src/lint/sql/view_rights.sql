-- A view that reads a table with the rights of an owner whom row security does not hold. Of several views one over the
-- other, the one that names the table decides whose rights count.
, readers (oid, view, target, by) as (
    -- Which relation each view reads, and as whom: null is the caller.
    select distinct v.oid, v.name, d.refobjid,
           case when coalesce((select o.option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'), false)
                then null else v.relowner end
      from relations v
      join pg_catalog.pg_class c on c.oid = v.oid
      join pg_catalog.pg_rewrite w on w.ev_class = v.oid and w.rulename = '_RETURN'
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
                                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> v.oid
     where v.relkind = 'v'
), paths (top, inner_view) as (
    select v.oid, v.oid from relations v where v.relkind = 'v' and (v.is_readable or v.is_writable)
    union
    select p.top, r.target from paths p join readers r on r.oid = p.inner_view join relations v on v.oid = r.target and v.relkind = 'v'
), open_reads as (
    select p.top, r.oid as inner_view, r.view, t.name as target, t.bare, o.rolname::text as owner,
           case when o.rolsuper then 'a superuser' when o.rolbypassrls then 'a role with BYPASSRLS'
                when not t.is_secured then null
                when pg_catalog.pg_has_role(o.oid, t.relowner, 'usage') and not t.is_forced then 'the owner of the table, whose row security is not forced'
                else 'let through everywhere by a policy of its own' end as flaw,
           -- A view may compare the rows itself, by a setting or by what the policies call.
           pg_catalog.pg_get_viewdef(r.oid) ~* '\mcurrent_setting\('
           or exists (select from pg_catalog.pg_rewrite w
                        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
                                                   and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                        join pg_catalog.pg_depend y on y.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
                                                   and y.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and y.refobjid = d.refobjid
                       where w.ev_class = r.oid) as is_filtered,
           t.is_secured
      from paths p
      join readers r on r.oid = p.inner_view and r.by is not null
      join tenants t on t.oid = r.target
      join pg_catalog.pg_roles o on o.oid = r.by
     where o.rolsuper or o.rolbypassrls or not t.is_secured
        or not t.is_forced and pg_catalog.pg_has_role(o.oid, t.relowner, 'usage')
        or exists (select from pg_catalog.pg_policy y
                    where y.polrelid = t.oid and y.polpermissive and y.polcmd in ('*', 'r') and pg_catalog.pg_get_expr(y.polqual, y.polrelid) = 'true'
                      and exists (select from pg_catalog.unnest(y.polroles) as given (role) where given.role = 0 or pg_catalog.pg_has_role(o.oid, given.role, 'usage')))
           and not exists (select from pg_catalog.pg_policy y
                            where y.polrelid = t.oid and not y.polpermissive and y.polcmd in ('*', 'r')
                              and exists (select from pg_catalog.unnest(y.polroles) as given (role) where given.role = 0 or pg_catalog.pg_has_role(o.oid, given.role, 'usage')))
)
select v.name as object,
       case when pg_catalog.bool_and(o.is_filtered) then pg_catalog.format('view %s holds organizations apart by its own condition only', v.name)
            else pg_catalog.format('view %s shows rows of other organizations', v.name) end as title,
       pg_catalog.string_agg(distinct pg_catalog.format('%s reads %s with the rights of %s, %s.',
           case when o.inner_view = v.oid then 'It' else pg_catalog.format('Through it %s', o.view) end, o.target, o.owner,
           case when o.flaw is null then 'and the table has no row security' else 'who is ' || o.flaw end), ' ') as cause,
       pg_catalog.string_agg(distinct pg_catalog.format('alter view %s set (security_invoker = true);', o.view), ' ')
           || coalesce(' ' || pg_catalog.string_agg(distinct case when not o.is_secured then pg_catalog.format('alter table %s enable row level security; alter table %s force row level security;', o.target, o.target) end, ' '), '') as fix,
       case when pg_catalog.bool_and(o.is_secured) then pg_catalog.format('ACCESS EXCLUSIVE on the view for an instant; the role then needs its own privilege on %s', pg_catalog.string_agg(distinct o.target, ', '))
            else pg_catalog.format('ACCESS EXCLUSIVE on the view and on %s for an instant; no rewrite', pg_catalog.string_agg(distinct o.target, ', ')) end as lock,
       case when pg_catalog.bool_and(o.is_filtered) then 'warning' else 'leak' end as severity
  from open_reads o
  join relations v on v.oid = o.top
 group by v.name, v.oid
