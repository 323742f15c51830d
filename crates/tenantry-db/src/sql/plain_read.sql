-- Whether what a text names could run somebody's code. Filled in are the identifiers of the text, once with the schema, or
-- whatever else qualifies them there, and once without; and its runs of operator characters. Answered is one row for each condition that row security would put beside the text, at least one, with
-- what was found of everything else. Objects with a number below 16384 are PostgreSQL's own.
-- Trusted are immutable functions of PostgreSQL's own and of C, which only a superuser can make, and those of the contract.
-- An immutable one of another language is not: nothing keeps it to its word.
set local search_path = pg_catalog, pg_temp;
with recursive
given as materialized (select array[{{names}}]::text[] as names, array[{{words}}]::text[]::name[] as words, array[{{symbols}}]::text[] as symbols),
ours as materialized (select oid from pg_namespace where nspname = 'tenantry'),
-- The relations of these names, in the schema that the text says or in any, their partitions, what their policies read,
-- and, where a function of the contract reads our tables, those.
reached (relation) as (
    select c.oid from given cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.oid >= 16384 and (c.relname = any (given.words) and array['.' || c.relname, n.nspname || '.' || c.relname]::text[] && given.names or 'membership_of' = any (given.words) and c.relnamespace in (select oid from ours))
       and c.relkind in ('r', 'p', 'v', 'm', 'f')
    union
    select further.relation from reached r cross join lateral (
        select i.inhrelid from pg_inherits i where i.inhparent = r.relation
        union all
        select d.refobjid from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
         where p.polrelid = r.relation and d.refclassid = 'pg_class'::regclass
        union all
        select c.oid from pg_class c
         where c.relnamespace in (select oid from ours) and c.relkind in ('r', 'p')
           and exists (select from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
                         join pg_proc f on f.oid = d.refobjid and f.pronamespace in (select oid from ours) and f.proname not in ('organization', 'actor', 'role')
                        where p.polrelid = r.relation and p.polcmd in ('*', 'r') and d.refclassid = 'pg_proc'::regclass)
    ) as further (relation)
),
-- What their policies, indexes, constraints, statistics and partition keys are made of. A planner folds the immutable
-- parts of these, which runs them.
parts (refclassid, refobjid) as materialized (
    select d.refclassid, d.refobjid from reached r
     cross join lateral (
        select 'pg_class'::regclass, r.relation
        union all select 'pg_class'::regclass, i.indexrelid from pg_index i where i.indrelid = r.relation
        union all select 'pg_policy'::regclass, p.oid from pg_policy p where p.polrelid = r.relation
        union all select 'pg_constraint'::regclass, k.oid from pg_constraint k where k.conrelid = r.relation and k.contype = 'c'
        union all select 'pg_statistic_ext'::regclass, s.oid from pg_statistic_ext s where s.stxrelid = r.relation
     ) as part (classid, objid)
      join pg_depend d on d.classid = part.classid and d.objid = part.objid
     where d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_type'::regclass)
),
classes (opclass) as (
    select refobjid from parts where refclassid = 'pg_opclass'::regclass
    union all
    select o.oid from pg_opclass o join pg_type t on t.oid = o.opcintype
     where o.oid >= 16384 and o.opcdefault and (t.oid < 16384 or t.typtype = 'e')
       and o.opcmethod in (select oid from pg_am where amname in ('btree', 'hash'))
),
-- Every function that could be called without being written as one.
called (function) as (
    select refobjid from parts where refclassid = 'pg_proc'::regclass
    union all
    select o.oprcode from parts join pg_operator o on o.oid = refobjid where refclassid = 'pg_operator'::regclass
    union all
    select s.amproc from classes join pg_opclass o on o.oid = classes.opclass join pg_amproc s on s.amprocfamily = o.opcfamily
    union all
    -- Attribute notation, and another function by the name of one of PostgreSQL's.
    select f.oid from given cross join pg_proc f where f.oid >= 16384 and f.proname = any (given.words)
    union all
    select o.oprcode from given cross join pg_operator o
     where o.oid >= 16384 and exists (select from unnest(given.symbols) as symbol where strpos(symbol, o.oprname::text) > 0)
    union all
    select k.castfunc from pg_cast k join pg_type s on s.oid = k.castsource join pg_type t on t.oid = k.casttarget
     where k.oid >= 16384 and k.castfunc <> 0 and (s.oid < 16384 or s.typtype = 'e') and (t.oid < 16384 or t.typtype = 'e')
),
-- And what an aggregate calls.
run (function) as (
    select function from called
    union all
    select part.function from called join pg_aggregate g on g.aggfnoid::oid = called.function
     cross join lateral unnest(array[g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn]) as part (function)
),
found as (
    select not exists (select from reached r join pg_class c on c.oid = r.relation where c.relkind in ('v', 'f'))
       and not exists (select from reached r join pg_class c on c.oid = r.relation join pg_rewrite w on w.ev_class = r.relation where c.relkind in ('r', 'p'))
       and not exists (
           select from run join pg_proc f on f.oid = run.function
            where f.pronamespace not in (select oid from ours)
              and not (f.provolatile = 'i' and f.prokind in ('f', 'a')
                       and (f.oid < 16384 or f.prolang in (select oid from pg_language where lanname in ('internal', 'c')))))
       and not exists (select from parts join pg_type t on t.oid = refobjid where refclassid = 'pg_type'::regclass and t.typtype = 'd')
       -- Columns are of types of PostgreSQL's own, of enumerations, or of arrays of these.
       and not exists (
           select from reached r
             join pg_attribute a on a.attrelid = r.relation and a.attnum > 0 and not a.attisdropped
             join pg_type t on t.oid = a.atttypid
             left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
            where t.oid >= 16384 and t.typtype <> 'e' and not coalesce(e.oid < 16384 or e.typtype = 'e', false))
       -- No type goes by one of the names but enumerations and the rows of tables.
       and not exists (
           select from given cross join pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
            where t.oid >= 16384 and t.typname = any (given.words) and array['.' || t.typname, n.nspname || '.' || t.typname]::text[] && given.names and t.typtype <> 'e' and t.typcategory <> 'A'
              and coalesce(c.relkind not in ('r', 'p'), true)) as is_harmless
)
select found.is_harmless, pg_get_expr(p.polqual, p.polrelid)
  from found
  left join (reached r join pg_policy p on p.polrelid = r.relation and p.polcmd in ('*', 'r') and p.polqual is not null) on true
