-- One row a stored column that holds rows of a table: the members of `RowTypeUse` as JSON. It is what keeps PostgreSQL from
-- adding a column with a default to the table, whatever lies between: arrays, domains, composite types.
with recursive tables as (
    select c.oid, c.reltype, pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
        and c.relpersistence <> 't'
        and n.nspname !~ '^pg_'
        and n.nspname not in ('information_schema', 'tenantry', 'tenantry_private', 'tenantry_history', 'tenantry_adopt')
),
around (inner_type, outer_type) as (
    select t.typelem, t.oid from pg_catalog.pg_type as t where t.typcategory = 'A' and t.typelem <> 0
    union all
    select t.typbasetype, t.oid from pg_catalog.pg_type as t where t.typtype = 'd'
    union all
    select a.atttypid, c.reltype
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind = 'c'
    where a.attnum > 0 and not a.attisdropped
),
holding (relation, type) as (
    select oid, reltype from tables
    union
    select holding.relation, around.outer_type from holding join around on around.inner_type = holding.type
)
select pg_catalog.json_build_object(
    'table', tables.name,
    'column', pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname))::text
from holding
join tables on tables.oid = holding.relation
join pg_catalog.pg_attribute as a on a.atttypid = holding.type and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'm')
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
order by tables.name collate "C", n.nspname collate "C", c.relname collate "C", a.attname collate "C"
