
  select pg_catalog.format('alter index %I.%I rename to %I', n.nspname, x.relname, names ->> i.indrelid::text) into statement
    from pg_catalog.pg_partition_tree({{index}}::pg_catalog.regclass) t
    join pg_catalog.pg_index i on i.indexrelid = t.relid and i.indrelid = {{table}}::pg_catalog.regclass
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = x.relnamespace
   where x.relname <> names ->> i.indrelid::text;
  if found then
    execute statement;
  end if;
