-- Every relation outside the system, with its columns, keys and policies, and what the role $1 may do with it.
with extension_member as (
    select objid from pg_catalog.pg_depend where deptype = 'e' and classid = 'pg_catalog.pg_class'::pg_catalog.regclass
)
select c.oid,
       n.nspname::text,
       c.relname::text,
       c.relkind::text,
       c.relispartition or exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid) as is_child,
       array(select i.inhparent from pg_catalog.pg_inherits i where i.inhrelid = c.oid order by i.inhseqno)::oid[] as parents,
       c.relrowsecurity,
       usable.is_usable and pg_catalog.has_table_privilege($1, c.oid, 'select') as may_select,
       usable.is_usable and pg_catalog.has_table_privilege($1, c.oid, 'insert') as may_insert,
       usable.is_usable and pg_catalog.has_table_privilege($1, c.oid, 'update') as may_update,
       usable.is_usable and pg_catalog.has_table_privilege($1, c.oid, 'delete') as may_delete,
       coalesce((
           select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                      'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull,
                      'is_generated', a.attgenerated <> '' or a.attidentity = 'a',
                      'may_select', usable.is_usable and pg_catalog.has_column_privilege($1, c.oid, a.attnum, 'select'),
                      'may_insert', usable.is_usable and pg_catalog.has_column_privilege($1, c.oid, a.attnum, 'insert'),
                      'may_update', usable.is_usable and pg_catalog.has_column_privilege($1, c.oid, a.attnum, 'update')) order by a.attnum)
             from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
       coalesce((
           select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                      'name', ic.relname, 'is_primary', i.indisprimary, 'is_exclusion', i.indisexclusion,
                      'is_partial', i.indpred is not null, 'is_deferrable', not i.indimmediate,
                      'columns', case when 0 = any (i.indkey[0:i.indnkeyatts - 1]) then '[]'::jsonb else (
                          select pg_catalog.jsonb_agg(a.attname order by k.place)
                            from pg_catalog.unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality as k (attnum, place)
                            join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) end)
                  order by i.indisprimary desc, ic.relname)
             from pg_catalog.pg_index i join pg_catalog.pg_class ic on ic.oid = i.indexrelid
            where i.indrelid = c.oid and (i.indisunique or i.indisexclusion) and i.indisvalid), '[]') as uniques,
       c.relkind = 'r' and pg_catalog.pg_relation_size(c.oid) <= 1048576 as is_small,
       usable.is_usable and pg_catalog.has_any_column_privilege($1, c.oid, 'select') as some_select,
       usable.is_usable and pg_catalog.has_any_column_privilege($1, c.oid, 'insert') as some_insert,
       usable.is_usable and pg_catalog.has_any_column_privilege($1, c.oid, 'update') as some_update
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 cross join lateral (select pg_catalog.has_schema_privilege($1, n.oid, 'usage') as is_usable) as usable
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from extension_member e where e.objid = c.oid)
 order by n.nspname, c.relname
