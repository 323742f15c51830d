-- Every sequence outside the system and its extensions that the role $1 may read in some way. Chosen first: the functions
-- that ask for privileges fail on anything that is no sequence.
with sequence as materialized (
    select c.oid, n.nspname, c.relname
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and pg_catalog.has_schema_privilege($1, n.oid, 'usage')
       and not exists (select from pg_catalog.pg_depend d where d.deptype = 'e' and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid)
)
select s.nspname::text, s.relname::text,
       (select d.refobjid from pg_catalog.pg_depend d
         where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = s.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0 limit 1) as owner,
       pg_catalog.has_sequence_privilege($1, s.oid, 'select') as may_select
  from sequence s
 where pg_catalog.has_sequence_privilege($1, s.oid, 'select, usage, update')
 order by 1, 2
