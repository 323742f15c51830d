-- The planner's samples: the commonest values of every column of every table, which row security does not filter here.
-- The view pg_stats shows those of tables that the reader may read; below it nothing is filtered.
select c.oid::pg_catalog.regclass::text as object,
       pg_catalog.format('role %s may read the planner''s samples of every column', $1::text),
       'It holds the commonest values of every column, whosever rows they stand in. PostgreSQL keeps it from everybody for that reason.',
       pg_catalog.format('revoke all on %s from public, %I;', c.oid::pg_catalog.regclass, $1::text),
       'none',
       'leak'
  from pg_catalog.pg_class c
 where c.oid in ('pg_catalog.pg_statistic'::pg_catalog.regclass, 'pg_catalog.pg_statistic_ext_data'::pg_catalog.regclass)
   and pg_catalog.to_regrole(pg_catalog.quote_ident($1::text)) is not null
   and $2::pg_catalog.jsonb is not null
   and not exists (select from pg_catalog.pg_roles r where r.rolname = $1::text and r.rolsuper)
   and pg_catalog.has_any_column_privilege($1::text, c.oid, 'select')
 order by 1
