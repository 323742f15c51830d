-- A column that means a row of another table, which no foreign key holds: it may mean another organization's.
, column_of as (
    select tenant.oid, tenant.name, tenant.tenant_attnum, a.attname, a.attnum, a.atttypid,
           pg_catalog.lower(pg_catalog.regexp_replace(a.attname, '(_id|Id|_uuid|Uuid)$', '')) as stem,
           a.attname ~ '(_id|Id|_uuid|Uuid)$' as is_id
      from tenant
      join pg_catalog.pg_attribute a on a.attrelid = tenant.oid and a.attnum > 0 and not a.attisdropped
     where tenant.class in ('direct', 'via') and not tenant.relispartition
       and exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, tenant.oid, 'select, insert, update'))
), soft as (
    select column_of.*,
           exists (select from column_of as kind where kind.oid = column_of.oid
                     and pg_catalog.lower(kind.attname) in (column_of.stem || '_type', column_of.stem || 'type')) as is_polymorphic,
           (select pg_catalog.min(other.name) from tenant as other
             where other.class in ('direct', 'via')
               and exists (select from pg_catalog.pg_attribute k join pg_catalog.pg_index i on i.indrelid = k.attrelid and i.indisprimary and k.attnum = any (i.indkey::pg_catalog.int2[])
                            where k.attrelid = other.oid and k.atttypid = column_of.atttypid and k.attnum is distinct from other.tenant_attnum)
               and pg_catalog.replace(pg_catalog.lower(other.relname), '_', '') in (
                   pg_catalog.replace(column_of.stem, '_', ''), pg_catalog.replace(column_of.stem, '_', '') || 's', pg_catalog.replace(column_of.stem, '_', '') || 'es',
                   pg_catalog.regexp_replace(pg_catalog.replace(column_of.stem, '_', ''), 'y$', 'ies'))) as meant
      from column_of
     where column_of.is_id and column_of.stem <> '' and column_of.attnum is distinct from column_of.tenant_attnum
       and not exists (select from pg_catalog.pg_constraint o where o.contype = 'f' and o.conrelid = column_of.oid and column_of.attnum = any (o.conkey))
)
select soft.name as object,
       pg_catalog.format('table %s means rows of other tables without a foreign key', soft.name) as title,
       pg_catalog.string_agg(case when soft.is_polymorphic then pg_catalog.format('%I means a row of the table that its type column names.', soft.attname)
                                  else pg_catalog.format('%I looks like a key of %s.', soft.attname, soft.meant) end, ' ' order by soft.attnum)
       || ' Nothing refuses the key of another organization''s row there.' as cause,
       'decide: a foreign key that carries the organization, one column for each table that is meant, or a trigger that checks it' as fix,
       'none' as lock,
       'warning' as severity
  from soft
 where soft.is_polymorphic or soft.meant is not null
 group by soft.name
 order by 1
