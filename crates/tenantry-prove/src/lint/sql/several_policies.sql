-- Several permissive policies for the same command, of which the widest decides.
, several as (
    select h.polrelid, h.name, h.command, pg_catalog.array_agg(distinct h.policy order by h.policy) as policies
      from holding h
     where h.is_permissive and h.clause = case h.command when 'insert' then 'with check' else 'using' end
     group by h.polrelid, h.name, h.command
    having pg_catalog.count(distinct h.expression) > 1
       and not pg_catalog.bool_or(h.is_restricted)
       -- A wide one is named by TN0706 or TN0708 already.
       and pg_catalog.bool_and(h.is_bound and h.is_by_row and not h.is_open_unset)
)
select s.name as object,
       pg_catalog.format('%s policies of %s are joined by OR', pg_catalog.cardinality(s.policies), s.name) as title,
       pg_catalog.format('For %s each of %s is enough on its own. A row of another organization that one of them lets through is not held by the others.',
           pg_catalog.string_agg(s.command, ', ' order by s.command), pg_catalog.array_to_string(s.policies, ', ')) as cause,
       pg_catalog.format('decide: make the condition on the organization of %s a policy of its own with: create policy organization on %s as restrictive using (...) with check (...); the others then only narrow it.', s.name, s.name) as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', s.name) as lock,
       'warning' as severity
  from several s
 group by s.name, s.policies
