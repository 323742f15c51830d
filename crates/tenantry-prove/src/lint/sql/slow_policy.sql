-- A policy that the planner cannot use as an index condition, or that fails on a connection that was used before.
, shaped as (
    select j.oid, j.policy, j.name, j.polrelid, j.expression, j.clause, j.tree, j.polcmd, j.command, j.polqual, j.polwithcheck from judged j
), functions as (
    select distinct s.policy, s.name, f.oid, f.provolatile, coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc) as source,
           pg_catalog.format('%I.%I(%s)', n.nspname, f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid)) as signature
      from shaped s
     cross join lateral pg_catalog.regexp_matches(s.tree, ' :funcid (\d+)', 'g') as called (ids)
      join pg_catalog.pg_proc f on f.oid = called.ids[1]::oid and f.oid >= 16384
      join pg_catalog.pg_namespace n on n.oid = f.pronamespace
)
select f.signature as object,
       pg_catalog.format('function %s is volatile and policies call it for every row', f.signature) as title,
       pg_catalog.format('%s of %s calls it. The answer of a volatile function may change from row to row, so that no index is used and every row of the table is read.',
           pg_catalog.quote_ident(pg_catalog.min(f.policy)), pg_catalog.string_agg(distinct f.name, ', ')) as cause,
       pg_catalog.format('alter function %s stable;', f.signature) as fix,
       'none' as lock,
       'warning' as severity
  from functions f
 where f.provolatile = 'v'
 group by f.signature
union all
select s.name,
       pg_catalog.format('policy %I of %s is not one comparison with one value', s.policy, s.name),
       'A sub-query with in or exists is no index condition: the rows of all organizations are read and then filtered, seconds where an equality takes a fraction of a millisecond.',
       pg_catalog.format('decide: compare the column with one value, (select ...), in: alter policy %I on %s using (...) with check (...);', s.policy, s.name),
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', s.name),
       'warning'
  from shaped s
 where s.clause = 'using' and s.tree ~ '\{SUBLINK :subLinkType [02] '
   -- Beside a restrictive equality it only filters what the index has found.
   and not exists (select from judged r
                    where r.polrelid = s.polrelid and r.oid <> s.oid and not r.is_permissive and r.command = s.command and r.clause = 'using'
                      and r.is_bound and r.is_by_tenant and r.tree !~ '\{SUBLINK :subLinkType [02] ')
 group by s.policy, s.name
union all
select s.name,
       pg_catalog.format('policy %I of %s casts a setting that can be empty', s.policy, s.name),
       'A setting that was local to a transaction is empty afterwards, not null. On a pooled connection the cast then fails, for every statement that has not entered an organization.',
       pg_catalog.format('alter policy %I on %s', s.policy, s.name)
           || case when s.polqual is not null then pg_catalog.format(' using (%s)',
                  pg_catalog.regexp_replace(pg_catalog.pg_get_expr(s.polqual, s.polrelid), '\((current_setting\([^()]*\))\)::', '(nullif(\1, ''''))::', 'g')) else '' end
           || case when s.polwithcheck is not null then pg_catalog.format(' with check (%s)',
                  pg_catalog.regexp_replace(pg_catalog.pg_get_expr(s.polwithcheck, s.polrelid), '\((current_setting\([^()]*\))\)::', '(nullif(\1, ''''))::', 'g')) else '' end || ';',
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', s.name),
       'warning'
  from shaped s
 where s.expression ~ '\(current_setting\([^()]*\)\)::(uuid|integer|bigint|smallint|numeric|boolean)'
 group by s.policy, s.name, s.polqual::text, s.polwithcheck::text, s.polrelid, s.polqual, s.polwithcheck
union all
select f.signature,
       pg_catalog.format('function %s casts a setting that can be empty', f.signature),
       pg_catalog.format('Policies of %s call it. A setting that was local to a transaction is empty afterwards, not null, and on a pooled connection the cast then fails.', pg_catalog.string_agg(distinct f.name, ', ')),
       case when pg_catalog.bool_or(p.prosqlbody is null)
            then pg_catalog.regexp_replace(pg_catalog.pg_get_functiondef(f.oid),
                     '(current_setting\(\s*''[^'']+''(?:\s*,\s*\w+)?\s*\))(\)?\s*::)', 'nullif(\1, '''')\2', 'gi') || ';'
            else pg_catalog.format('decide: write nullif(current_setting(...), '''') in %s.', f.signature) end,
       'none',
       'warning'
  from functions f
  join pg_catalog.pg_proc p on p.oid = f.oid and p.prokind = 'f'
 where f.source ~* 'current_setting\(\s*''[^'']+''(::text)?(\s*,\s*\w+)?\s*\)\)?\s*::\s*(uuid|integer|bigint|smallint|numeric|boolean|int|int4|int8|bool)'
 group by f.oid, f.signature
