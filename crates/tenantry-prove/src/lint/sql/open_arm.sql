-- A permissive policy with an alternative that asks nothing of who is asking: the rows that meet it are everybody's.
, arms as (
    select h.oid, h.policy, h.name, h.polrelid, arm.text
      from holding h
     cross join lateral pg_catalog.regexp_split_to_table(h.expression, ' OR ') as arm (text)
     where h.is_permissive and h.clause = 'using' and h.command = 'select' and not h.is_restricted and h.is_bound
       and h.expression ~ ' OR ' and h.tree !~ '\{SUBLINK '
), open_arms as (
    select distinct oid, policy, name, polrelid, pg_catalog.btrim(text, '() ') as text
      from arms
     where pg_catalog.regexp_replace(text, '\m(now|clock_timestamp|statement_timestamp|lower|upper|length|date_trunc)\(', '', 'g') !~ '\w\('
       and text !~* '(current_user|session_user|is null|^\(*false\)*$|^\(*true\)*$)' and text ~ '\w'
)
select o.name as object,
       pg_catalog.format('policy %I of %s shows some rows to every organization', o.policy, o.name) as title,
       pg_catalog.format('Whoever asks sees the rows with %s, whosever they are. That is right for what is published on purpose, and a leak for everything else.',
           pg_catalog.string_agg(o.text, ', and those with ' order by o.text)) as cause,
       pg_catalog.format('decide: keep it where every organization may see such rows, or write the alternative together with the organization: (%s) and …', pg_catalog.min(o.text)) as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', o.name) as lock,
       'warning' as severity
  from open_arms o
 group by o.oid, o.policy, o.name
