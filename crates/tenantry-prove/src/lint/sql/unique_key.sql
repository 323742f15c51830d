-- A key across organizations answers for rows that cannot be seen: a value that another organization has is refused.
, part as (
    select i.indexrelid, i.indrelid, i.indisprimary, tenant.name, tenant.relname, tenant.tenant_column, tenant.class, tenant.relkind = 'p' as is_partitioned,
           x.relname as index_name, o.conname,
           pg_catalog.concat(case when o.condeferrable then ' deferrable' end, case when o.condeferred then ' initially deferred' end) as clauses, o.oid as constraint, pg_catalog.format('%I.%I', n.nspname, x.relname) as index_qualified,
           pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
           (i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1] as attnums,
           i.indexprs is not null or i.indpred is not null as is_special
      from pg_catalog.pg_index i
      join tenant on tenant.oid = i.indrelid
      join pg_catalog.pg_class x on x.oid = i.indexrelid
      join pg_catalog.pg_namespace n on n.oid = x.relnamespace
      left join pg_catalog.pg_constraint o on o.conindid = i.indexrelid and o.contype in ('p', 'u')
     where i.indisunique and not x.relispartition and tenant.class in ('direct', 'via')
       and not coalesce(tenant.tenant_attnum = any ((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]), false)
       and (i.indexprs is null or tenant.tenant_column is null
            or pg_catalog.strpos(pg_catalog.pg_get_expr(i.indexprs, i.indrelid), tenant.tenant_column) = 0)
), flaw as (
    select part.*,
           -- Nobody guesses these: a key of nothing but uuids or of values that the database draws, or one with the key of another organization's row in it.
           not part.is_special and (exists (
               select from pg_catalog.pg_constraint f
                 join tenant as parent on parent.oid = f.confrelid and parent.class in ('direct', 'via')
                 join pg_catalog.pg_attribute a on a.attrelid = part.indrelid and a.attnum = any (f.conkey) and a.attnum = any (part.attnums)
                where f.contype = 'f' and f.conrelid = part.indrelid and a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype) or not exists (
               select from pg_catalog.unnest(part.attnums) as k (attnum)
                 join pg_catalog.pg_attribute a on a.attrelid = part.indrelid and a.attnum = k.attnum
                 left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
                where a.atttypid <> 'pg_catalog.uuid'::pg_catalog.regtype
                  and coalesce(pg_catalog.pg_get_expr(f.adbin, f.adrelid), '') !~* 'gen_random_|uuid_generate_v[147]|uuidv[47]|nanoid|gen_ulid')) as is_random,
           exists (select from pg_catalog.pg_constraint f where f.contype = 'f' and f.conindid = part.indexrelid) as is_referenced,
           (select pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' order by k.place)
              from pg_catalog.unnest(part.attnums) with ordinality as k (attnum, place)
              join pg_catalog.pg_attribute a on a.attrelid = part.indrelid and a.attnum = k.attnum) as columns,
           pg_catalog.left(part.index_name, 56) || '_tenant' as new_name
      from part
     where exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, part.indrelid, 'insert, update'))
       -- Below a parent that is the organization's: its key is the organization's as well.
       and not (part.class = 'via' and exists (
               select from pg_catalog.pg_constraint f join tenant as parent on parent.oid = f.confrelid
                where f.contype = 'f' and f.conrelid = part.indrelid and parent.class in ('root', 'direct', 'via') and f.conkey && part.attnums))
), built as (
    select flaw.*,
           pg_catalog.regexp_replace(flaw.definition, '^CREATE UNIQUE INDEX .*? ON (ONLY )?(.*? USING \w+ \()',
               pg_catalog.replace(pg_catalog.format('create unique index %s%I on \2%I, ',
                   case when flaw.is_partitioned then '' else 'concurrently ' end, flaw.new_name, flaw.tenant_column), '\\', '\\\\')) as new_index
      from flaw
)
select pg_catalog.format('%s %I of %s', case when built.indisprimary then 'primary key' else 'unique key' end, built.index_name, built.name) as object,
       pg_catalog.format(case when built.is_random then '%s %I of %s goes across organizations, though nobody guesses its values'
                              else '%s %I of %s tells which values another organization has' end,
           case when built.indisprimary then 'primary key' else 'unique key' end, built.index_name, built.name) as title,
       case when built.is_random
            then 'A key that is known from elsewhere can still be tried: it is refused when it exists, and a look-up by it reads another organization''s page before the policy takes the row away, which takes measurably longer.'
            else 'A value that any organization has is refused to all others, by an error, by on conflict do nothing and by on conflict do update.' end
       || case when built.is_referenced then ' Foreign keys reference it.' else '' end as cause,
       case when built.tenant_column is null then pg_catalog.format('decide: give %s a tenant column and let the key begin with it', built.name)
            when built.is_referenced then pg_catalog.format('decide: let the foreign keys that reference it carry %I first, then the key (%I, %s) can take its place', built.tenant_column, built.tenant_column, built.columns)
            when built.constraint is null then pg_catalog.format(E'%s;\ndrop index %s%s;', built.new_index, case when built.is_partitioned then '' else 'concurrently ' end, built.index_qualified)
            when built.is_partitioned then pg_catalog.format('alter table %s drop constraint %I, add constraint %I %s (%I, %s)%s;', built.name, built.conname, built.conname,
                case when built.indisprimary then 'primary key' else 'unique' end, built.tenant_column, built.columns, built.clauses)
            else pg_catalog.format(E'%s;\nalter table %s drop constraint %I, add constraint %I %s using index %I%s;', built.new_index, built.name, built.conname, built.conname,
                case when built.indisprimary then 'primary key' else 'unique' end, built.new_name, built.clauses) end as fix,
       case when built.tenant_column is null or built.is_referenced then 'none'
            when built.is_partitioned then 'ACCESS EXCLUSIVE on the table and its partitions while the index is built'
            else 'the index is built beside running work; ACCESS EXCLUSIVE on the table for an instant to exchange the two; a column of a primary key that is not yet NOT NULL is read through first' end as lock,
       case when built.is_random then 'warning' else 'oracle' end as severity
  from built
 order by 1
