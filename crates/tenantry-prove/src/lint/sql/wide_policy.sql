-- A permissive policy whose USING lets every row through, if only to whoever has entered nothing, with no restrictive one beside it that looks at the row.
, wide as (
    select h.oid, h.policy, h.name, h.polrelid, h.tenant_column, h.tenant_attribute, h.polcmd, h.expression, h.polwithcheck is not null as has_check,
           not h.is_bound and not h.is_by_row as is_for_all,
           not h.is_bound as is_unbound, h.is_by_row, h.is_gate, h.is_open_unset,
           pg_catalog.bool_or(h.command <> 'select') as is_for_writing,
           pg_catalog.string_agg(distinct h.command, ', ') as commands
      from holding h
     where h.is_permissive and h.clause = 'using' and not h.is_restricted
       and (not h.is_bound and not h.is_for_one or not h.is_by_row or h.is_open_unset)
     group by h.oid, h.policy, h.name, h.polrelid, h.tenant_column, h.tenant_attribute, h.polcmd, h.expression, h.polwithcheck, h.is_bound, h.is_by_row, h.is_gate, h.is_open_unset
)
select w.name as object,
       pg_catalog.format('policy %I of %s lets through the rows of every organization', w.policy, w.name) as title,
       pg_catalog.format('Its condition %s %s, and no restrictive policy stands beside it. Permissive policies are joined by OR, so this one decides alone, for %s.',
           w.expression,
           case when w.is_for_all then 'is true for every row'
                when w.is_unbound then 'does not say from whom it is asked'
                when not w.is_by_row then 'does not look at the row: it answers the same for all of them'
                else 'is true for whoever has entered no organization' end, w.commands) as cause,
       case when m.expression is null and w.is_by_row and not w.is_unbound
            then pg_catalog.format('decide: let nothing through where nothing was entered, in: alter policy %I on %s using (...) with check (...);', w.policy, w.name)
            when m.expression is null then pg_catalog.format('drop policy %I on %s;', w.policy, w.name)
            else pg_catalog.format('alter policy %I on %s using (%s)%s;', w.policy, w.name, m.expression,
                     case when w.polcmd in ('w', '*') then pg_catalog.format(' with check (%s)', m.expression) end) end as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', w.name) as lock,
       case when w.is_for_all or w.is_unbound and w.is_for_writing or not w.is_unbound and not w.is_gate then 'leak' else 'warning' end as severity
  from wide w
  left join pg_catalog.pg_attribute a on a.attrelid = w.polrelid and a.attnum = w.tenant_attribute
  left join models m on m.tenant_column = w.tenant_column and m.atttypid = a.atttypid
