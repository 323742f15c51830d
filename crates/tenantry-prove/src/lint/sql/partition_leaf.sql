-- A partition or an inheriting table that can be asked directly: its parent's policies do not apply then.
select t.name as object,
       pg_catalog.format('%s %s can be asked directly, past the policies of its parent', case when c.relispartition then 'partition' else 'inheriting table' end, t.name) as title,
       pg_catalog.format('Policies of a parent hold what goes through the parent only. The role %s may %s %s itself, which has no row security.', $1::text,
           case when t.is_readable then 'read' else 'change' end, t.name) as cause,
       pg_catalog.format('alter table %s enable row level security; alter table %s force row level security;', t.name, t.name)
           || coalesce((select pg_catalog.format(' revoke all on %s from %s;', t.name, pg_catalog.string_agg(distinct g.grantee, ', '))
                                from grants g where g.oid = t.oid having pg_catalog.count(*) > 0), '') as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', t.name) as lock,
       'leak' as severity
  from tenants t
  join pg_catalog.pg_class c on c.oid = t.oid
 where t.is_child and t.relkind in ('r', 'p') and not t.is_secured and (t.is_readable or t.is_writable)
