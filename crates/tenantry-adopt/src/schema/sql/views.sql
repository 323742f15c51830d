-- One row a view: the members of `View` as JSON.
with recursive reading (view, relation) as (
    select r.ev_class, d.refobjid
    from pg_catalog.pg_rewrite as r
    join pg_catalog.pg_class as v on v.oid = r.ev_class and v.relkind in ('v', 'm')
    join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.ev_class
),
reached (view, relation) as (
    select view, relation from reading
    union
    select reached.view, reading.relation from reached join reading on reading.view = reached.relation
)
select pg_catalog.json_build_object(
    'name', pg_catalog.format('%I.%I', n.nspname, c.relname),
    'is_materialized', c.relkind = 'm',
    'owner', pg_catalog.pg_get_userbyid(c.relowner),
    'is_invoker', coalesce((
        select o.option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) as o
        where o.option_name = 'security_invoker'), false),
    'reads', coalesce((
        select pg_catalog.json_agg(pg_catalog.format('%I.%I', tn.nspname, t.relname)
            order by tn.nspname collate "C", t.relname collate "C")
        from reached
        join pg_catalog.pg_class as t on t.oid = reached.relation and t.relkind in ('r', 'p', 'f')
        join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
        where reached.view = c.oid), '[]'),
    'groups_by', coalesce((
        select pg_catalog.json_agg(pg_catalog.json_build_array(pg_catalog.format('%I.%I', tn.nspname, t.relname), k.conname)
            order by tn.nspname collate "C", t.relname collate "C", k.conname collate "C")
        from pg_catalog.pg_rewrite as r
        join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
            and d.refclassid = 'pg_catalog.pg_constraint'::regclass
        join pg_catalog.pg_constraint as k on k.oid = d.refobjid
        join pg_catalog.pg_class as t on t.oid = k.conrelid
        join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
        where r.ev_class = c.oid), '[]'),
    'definition', pg_catalog.pg_get_viewdef(c.oid))::text
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('v', 'm')
    and c.relpersistence <> 't'
    and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'tenantry', 'tenantry_private', 'tenantry_history', 'tenantry_adopt')
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname collate "C", c.relname collate "C"
