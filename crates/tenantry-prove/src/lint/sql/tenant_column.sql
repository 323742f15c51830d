-- The tenant column itself: it is there, it is of one type everywhere, and nobody's rows fall to one organization.
, own as (
    select tenant.*, a.attnotnull, pg_catalog.format_type(a.atttypid, null) as type, pg_catalog.pg_get_expr(f.adbin, f.adrelid) as fallback
      from tenant
      join pg_catalog.pg_attribute a on a.attrelid = tenant.oid and a.attnum = tenant.tenant_attnum
      left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum and a.attgenerated = ''
     where tenant.class = 'direct' and not tenant.relispartition
       and exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, tenant.oid, 'select, insert, update'))
), usual as (
    select type from own group by type order by pg_catalog.count(*) desc, type limit 1
)
select pg_catalog.format('%s.%I', own.name, own.tenant_column) as object,
       pg_catalog.format('%s.%I may be null', own.name, own.tenant_column) as title,
       'A row without it belongs to no organization, and a foreign key with a null in it is not checked at all.' as cause,
       pg_catalog.format(E'alter table %1$s add constraint %2$I check (%3$I is not null) not valid;\nalter table %1$s validate constraint %2$I;\nalter table %1$s alter column %3$I set not null;\nalter table %1$s drop constraint %2$I;',
           own.name, pg_catalog.left(own.relname, 40) || '_tenant_not_null', own.tenant_column) as fix,
       'ACCESS EXCLUSIVE on the table for an instant each; none that stops reading or writing while it is validated' as lock,
       'warning' as severity
  from own where not own.attnotnull
union all
select pg_catalog.format('%s.%I', own.name, own.tenant_column),
       pg_catalog.format('%s.%I is %s, elsewhere it is %s', own.name, own.tenant_column, own.type, usual.type),
       'A comparison of different types is cast, which can keep an index from being used, and a foreign key of both cannot carry it.',
       pg_catalog.format('decide: change it to %s when the table may be rewritten', usual.type),
       'none', 'warning'
  from own cross join usual where own.type <> usual.type
union all
select pg_catalog.format('%s.%I', own.name, own.tenant_column),
       pg_catalog.format('%s.%I falls to one organization when it is left out', own.name, own.tenant_column),
       pg_catalog.format('Its default is %s, so a row that somebody forgot to label becomes that organization''s.', own.fallback),
       pg_catalog.format('alter table %s alter column %I drop default;', own.name, own.tenant_column),
       'ACCESS EXCLUSIVE on the table for an instant; no rewrite', 'warning'
  from own
 where own.fallback ~ '^\(?(''[^'']*''|-?[0-9]+)\)?(::[[:alnum:]_ ."]+(\([0-9]+\))?)*$'
 order by 1, 2
