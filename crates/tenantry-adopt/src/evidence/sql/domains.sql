-- Columns whose type is a domain, with the type below it.
with recursive below (domain, type) as (
    select t.oid, t.typbasetype from pg_catalog.pg_type as t where t.typtype = 'd'
    union all
    select below.domain, t.typbasetype
    from below join pg_catalog.pg_type as t on t.oid = below.type
    where t.typtype = 'd'
)
select pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname::text, pg_catalog.format_type(t.oid, null)
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p')
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join below on below.domain = a.atttypid
join pg_catalog.pg_type as t on t.oid = below.type and t.typtype <> 'd'
where a.attnum > 0 and not a.attisdropped
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
