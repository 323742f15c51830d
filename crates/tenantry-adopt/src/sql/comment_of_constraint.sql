    select pg_catalog.format('comment on constraint %I on %I.%I is %L', {{to}}::text, n.nspname, c.relname, d.description)
      from pg_catalog.pg_constraint k
      join pg_catalog.pg_class c on c.oid = k.conrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_description d on d.objoid = k.oid and d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
       and d.objsubid = 0
     where n.nspname = {{schema}} and c.relname = {{table}} and k.conname = {{name}}
