-- A policy that looks things up in other tables: what it may see there decides what it lets through here.
, looked_up as (
    select j.oid, j.policy, j.name, j.polrelid, j.tenant_column, j.class, j.tree, j.expression, j.is_bound, j.is_permissive, j.is_restricted, j.is_by_tenant, j.functions,
           array(select distinct x.ids[1]::oid from pg_catalog.regexp_matches(j.tree, ' :relid (\d+)', 'g') as x (ids)
                  where x.ids[1] <> '0' and j.tree ~ '\{SUBLINK ') as tables
      from holding j
), edges (origin, target) as (
    select distinct l.polrelid, t.oid
      from looked_up l join pg_catalog.pg_class t on t.oid = any (l.tables)
     where t.relrowsecurity
), reach (origin, target) as (
    select e.origin, e.target from edges e
    union
    select r.origin, e.target from reach r join edges e on e.origin = r.target
)
select l.name as object,
       pg_catalog.format('policy %I of %s ends in itself', l.policy, l.name) as title,
       'To judge a row it reads a table whose own policies need this one again. Every statement of the role on the table fails with an error about recursion, and such tables are then read by another role that row security does not hold.' as cause,
       pg_catalog.format('decide: ask in %I for one value that the transaction carries, instead of reading %s.', l.policy,
           (select pg_catalog.string_agg(r.name, ', ' order by r.name) from relations r where r.oid = any (l.tables))) as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', l.name) as lock,
       'warning' as severity
  from looked_up l
 where exists (select from edges e left join reach r on r.origin = e.target
                where e.origin = l.polrelid and e.target = any (l.tables) and l.polrelid in (e.target, r.target))
 group by l.policy, l.name, l.tables
union all
select l.name,
       pg_catalog.format('policy %I of %s compares %s with itself', l.policy, l.name, same.columns[1]),
       pg_catalog.format('A name in a sub-query means the column of the table nearest to it, so that %s = %s is true for every row, and the rows of other organizations pass.', same.columns[1], same.columns[1]),
       pg_catalog.format('decide: write the table''s name before the outer column, as in %s.%s, in: alter policy %I on %s using (...) with check (...);',
           l.name, pg_catalog.regexp_replace(same.columns[1], '^.*\.', ''), l.policy, l.name),
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', l.name),
       case when pg_catalog.bool_or(l.is_permissive and not l.is_restricted) then 'leak' else 'warning' end
  from looked_up l
 cross join lateral pg_catalog.regexp_matches(l.expression, '\(((?:[a-z_][[:alnum:]_]*|"[^"]+")(?:\.(?:[a-z_][[:alnum:]_]*|"[^"]+"))*) = \1\)', 'g') as same (columns)
 group by l.policy, l.name, same.columns
union all
select l.name,
       pg_catalog.format('policy %I of %s shows the rows of every organization that a user is in', l.policy, l.name),
       pg_catalog.format('It asks %s which organizations the user belongs to, and never which one was entered. Somebody who works for two organizations sees and mixes the rows of both.',
           (select pg_catalog.string_agg(r.name, ', ' order by r.name) from relations r where r.oid = any (l.tables))),
       pg_catalog.format('decide: compare %s with the one organization that was entered, in: alter policy %I on %s using (...) with check (...);',
           coalesce(pg_catalog.quote_ident(l.tenant_column), 'the row'), l.policy, l.name),
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', l.name),
       'warning'
  from looked_up l
 cross join lateral (
       select coalesce((select pg_catalog.string_agg(f.proname, ' ')
                          from pg_catalog.regexp_matches(l.tree, ' :funcid (\d+)', 'g') as called (ids)
                          join pg_catalog.pg_proc f on f.oid = called.ids[1]::oid), '')
           || coalesce((select pg_catalog.string_agg(written.words[1], ' ')
                          from pg_catalog.regexp_matches(l.expression, '''([^'']*)''', 'g') as written (words)), '') as words) as asked
 where l.is_bound and l.is_permissive and not l.is_restricted and l.tree ~ '\{SUBLINK :subLinkType [02]'
   -- A membership names the organization and somebody. That only somebody is asked for shows in the words of the calls
   -- and settings: looking up the parent of a row, or asking for the organization as well, is another thing.
   and exists (select from pg_catalog.pg_attribute a
                where a.attrelid = any (l.tables) and a.attrelid <> l.polrelid and not a.attisdropped
                  and a.attname in (select t.tenant_column from tenants t))
   and exists (select from pg_catalog.pg_attribute a
                where a.attrelid = any (l.tables) and not a.attisdropped
                  and a.attname ~* '(^|_)(user|member|person|account|profile|actor)s?_?(id|uid)?$')
   and asked.words ~* '(user|uid|sub|actor|person|member|login|mail)' and asked.words !~* '(org|tenant|compan|workspace|account|team|customer|client)'
 group by l.policy, l.name, l.tables, l.tenant_column
union all
select l.name,
       pg_catalog.format('policy %I of %s shows the rows of every organization that %s answers', l.policy, l.name, f.name),
       'The function answers several organizations, and the policy never asks which one was entered. Somebody who works for two organizations sees and mixes the rows of both.',
       pg_catalog.format('decide: compare %s with the one organization that was entered, in: alter policy %I on %s using (...) with check (...);',
           pg_catalog.quote_ident(l.tenant_column), l.policy, l.name),
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', l.name),
       'warning'
  from looked_up l
  join (select p.oid, pg_catalog.format('%I.%I', n.nspname, p.proname) as name
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
          join pg_catalog.pg_type t on t.oid = p.prorettype
         where p.oid >= 16384 and (p.proretset or t.typcategory = 'A')) as f on f.oid = any (l.functions)
 where l.is_permissive and not l.is_restricted and l.is_by_tenant and l.tables = '{}'
 group by l.policy, l.name, l.tenant_column, f.name
