-- A materialized view holds what its owner saw when it was filled, and has no row security.
, sources (oid, target) as (
    select m.oid, m.oid from relations m where m.relkind = 'm'
    union
    select s.oid, d.refobjid
      from sources s
      join pg_catalog.pg_rewrite w on w.ev_class = s.target
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
                                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
), holding_rows as (
    select m.oid, m.name, m.owner, m.is_readable, pg_catalog.string_agg(distinct t.name, ', ') as tables
      from sources s
      join relations m on m.oid = s.oid
      join tenants t on t.oid = s.target
     group by m.oid, m.name, m.owner, m.is_readable
), windows (top, target) as (
    -- A view that the role may read, down to a materialized view that it may not.
    select v.oid, v.oid from relations v where v.relkind = 'v' and v.is_readable
    union
    select p.top, d.refobjid
      from windows p
      join relations v on v.oid = p.target and v.relkind = 'v'
      join pg_catalog.pg_rewrite w on w.ev_class = v.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
                                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
)
select m.name as object,
       pg_catalog.format('materialized view %s shows rows of other organizations', m.name) as title,
       pg_catalog.format('It keeps rows of %s as its owner %s saw them, and a materialized view has no row security. The role %s may read it.',
           m.tables, m.owner, $1::text) as cause,
       pg_catalog.format('revoke all on %s from %s;', m.name,
           coalesce((select pg_catalog.string_agg(distinct g.grantee, ', ') from grants g where g.oid = m.oid), pg_catalog.quote_ident($1::text))) as fix,
       'none' as lock,
       'leak' as severity
  from holding_rows m
 where m.is_readable
union all
select v.name,
       pg_catalog.format('view %s shows rows of other organizations', v.name),
       pg_catalog.format('It reads the materialized view %s, which keeps rows of %s as its owner saw them. The role %s may read the view.', m.name, m.tables, $1::text),
       pg_catalog.format('revoke all on %s from %s;', v.name,
           coalesce((select pg_catalog.string_agg(distinct g.grantee, ', ') from grants g where g.oid = v.oid), pg_catalog.quote_ident($1::text))),
       'none',
       -- A view may compare the rows of a materialized view itself, which is how it is shown rightly.
       case when pg_catalog.pg_get_viewdef(v.oid) ~* '\mcurrent_setting\('
              or exists (select from pg_catalog.pg_rewrite w
                           join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
                                                      and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                          where w.ev_class = v.oid) then 'warning' else 'leak' end
  from windows p
  join relations v on v.oid = p.top
  join holding_rows m on m.oid = p.target and not m.is_readable
