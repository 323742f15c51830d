    select mark.statement
      from pg_catalog.pg_index i
      join pg_catalog.pg_class x on x.oid = i.indexrelid
      join pg_catalog.pg_class c on c.oid = i.indrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_constraint k on k.conindid = x.oid and k.conrelid = c.oid and k.contype in ('p', 'u')
     cross join lateral (values
           (pg_catalog.format('comment on index %I.%I is %L', n.nspname, x.relname, pg_catalog.obj_description(x.oid, 'pg_class')),
            pg_catalog.obj_description(x.oid, 'pg_class') is not null),
           (pg_catalog.format('comment on constraint %I on %I.%I is %L', coalesce(k.conname, ''), n.nspname, c.relname,
                              pg_catalog.obj_description(k.oid, 'pg_constraint')),
            pg_catalog.obj_description(k.oid, 'pg_constraint') is not null),
           (pg_catalog.format('alter table %I.%I replica identity using index %I', n.nspname, c.relname, x.relname), i.indisreplident),
           (pg_catalog.format('alter table %I.%I cluster on %I', n.nspname, c.relname, x.relname), i.indisclustered)
           ) as mark (statement, is_set)
     where mark.is_set
       and (x.oid = {{index}}::pg_catalog.regclass
            or x.oid in (select t.relid from pg_catalog.pg_partition_tree({{index}}::pg_catalog.regclass) t))
