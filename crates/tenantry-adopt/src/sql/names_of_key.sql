  names jsonb := (
    select pg_catalog.jsonb_object_agg(i.indrelid::text, x.relname)
      from pg_catalog.pg_partition_tree({{index}}::pg_catalog.regclass) t
      join pg_catalog.pg_index i on i.indexrelid = t.relid
      join pg_catalog.pg_class x on x.oid = i.indexrelid);
  statement text;
