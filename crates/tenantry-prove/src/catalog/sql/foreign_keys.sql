select c.conname::text, c.conrelid, c.confrelid,
       array(select a.attname::text from pg_catalog.unnest(c.conkey) with ordinality as k (attnum, place)
               join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum order by k.place) as columns,
       array(select a.attname::text from pg_catalog.unnest(c.confkey) with ordinality as k (attnum, place)
               join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum order by k.place) as parent_columns
  from pg_catalog.pg_constraint c
  join pg_catalog.pg_class t on t.oid = c.conrelid
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
 where c.contype = 'f' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   -- A key of a partitioned table to a partitioned table has one more entry for each partition of the other.
   and (c.conparentid = 0 or c.confrelid = (select p.confrelid from pg_catalog.pg_constraint p where p.oid = c.conparentid))
 order by c.conrelid, c.conname
