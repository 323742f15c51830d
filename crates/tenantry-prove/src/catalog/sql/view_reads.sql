-- What each view reads, through other views too.
with recursive reads as (
    select r.ev_class as view, d.refobjid as relation
      from pg_catalog.pg_rewrite r
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
       and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> r.ev_class
    union
    select reads.view, d.refobjid
      from reads
      join pg_catalog.pg_rewrite r on r.ev_class = reads.relation
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
       and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> r.ev_class
)
select distinct view, relation from reads
