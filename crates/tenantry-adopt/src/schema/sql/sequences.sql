-- One row a sequence: the members of `Sequence` as JSON. A column numbers itself by an identity or an owned sequence, or by
-- a default that only calls it.
select pg_catalog.json_build_object(
    'name', pg_catalog.format('%I.%I', n.nspname, c.relname),
    'table', (
        select pg_catalog.format('%I.%I', tn.nspname, t.relname)
        from (
            select 1 as rank, d.refobjid as relation
            from pg_catalog.pg_depend as d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
                and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjsubid > 0
            union all
            select 2, a.adrelid
            from pg_catalog.pg_depend as d
            join pg_catalog.pg_attrdef as a on a.oid = d.objid
            where d.classid = 'pg_catalog.pg_attrdef'::regclass
                and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid
        ) as numbered
        join pg_catalog.pg_class as t on t.oid = numbered.relation
        join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
        order by numbered.rank, tn.nspname, t.relname limit 1))::text
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'S'
    and c.relpersistence <> 't'
    and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'tenantry', 'tenantry_private', 'tenantry_history', 'tenantry_adopt')
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname collate "C", c.relname collate "C"
