-- Materialized views that read these tables, themselves, through views or by their partitions, and that one of these logins
-- may read.
with recursive reached (oid) as (
    select pg_catalog.to_regclass(t.name)::pg_catalog.oid
    from pg_catalog.unnest($1::pg_catalog.text[]) as t (name)
    where pg_catalog.to_regclass(t.name) is not null
    union
    select next.oid
    from reached as p
    cross join lateral (
        select r.ev_class
        from pg_catalog.pg_depend as d
        join pg_catalog.pg_rewrite as r on r.oid = d.objid
        where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
            and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            and d.refobjid = p.oid
            and r.ev_class <> p.oid
        union all
        select i.inhrelid from pg_catalog.pg_inherits as i where i.inhparent = p.oid
    ) as next (oid)
)
select n.nspname::pg_catalog.text, c.relname::pg_catalog.text
from reached
join pg_catalog.pg_class as c on c.oid = reached.oid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'm'
    and exists (
        select from pg_catalog.pg_roles as r
        where r.rolname::pg_catalog.text = any ($2::pg_catalog.text[])
            and pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage')
            and pg_catalog.has_any_column_privilege(r.oid, c.oid, 'select'))
order by 1, 2
