-- A policy that lets a row be written which its reading side would not show: the way to push rows into another organization.
, wide as (
    select h.oid, h.policy, h.name, h.polrelid, h.tenant_column, h.tenant_attribute, h.polqual, h.expression,
           not h.is_bound or not h.is_by_row as is_open, h.is_bound and h.is_gate as is_gate,
           pg_catalog.string_agg(distinct h.command, ' and ' order by h.command) as commands
      from holding h
     where h.is_permissive and h.clause = 'with check' and h.polwithcheck is not null and not h.is_restricted
       and not h.is_for_one
       and (not h.is_bound or not h.is_by_row or h.class in ('direct', 'root') and h.tenant_attribute is not null and not h.is_by_tenant)
       -- Where reading is wide as well, and no other policy narrows it, TN0706 names the policy.
       and not exists (select from holding u where u.oid = h.oid and u.clause = 'using' and not u.is_restricted and (not u.is_bound or not u.is_by_row or u.is_open_unset))
     group by h.oid, h.policy, h.name, h.polrelid, h.tenant_column, h.tenant_attribute, h.polqual, h.expression, h.is_bound, h.is_by_row, h.is_gate
), narrow as (
    -- What the table's own policies say of a row that may be seen.
    select distinct on (h.polrelid) h.polrelid, h.expression
      from holding h
     where h.clause = 'using' and h.is_bound and h.is_by_row and not h.is_open_unset and (h.is_by_tenant or h.tenant_attribute is null)
     order by h.polrelid, h.is_permissive desc, h.command = 'select' desc, h.policy
)
select w.name as object,
       pg_catalog.format('policy %I of %s lets rows be written into other organizations', w.policy, w.name) as title,
       pg_catalog.format('For %s it only asks for %s, which %s. A row can be written that belongs to another organization.', w.commands, w.expression,
           case when w.is_open then 'any organization''s row answers' else pg_catalog.format('does not look at %s', pg_catalog.quote_ident(w.tenant_column)) end) as cause,
       case when coalesce(own.expression, n.expression, m.expression) is null then pg_catalog.format('drop policy %I on %s;', w.policy, w.name)
            else pg_catalog.format('alter policy %I on %s with check (%s);', w.policy, w.name, coalesce(own.expression, n.expression, m.expression)) end as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', w.name) as lock,
       case when w.is_open and not w.is_gate then 'leak' else 'warning' end as severity
  from wide w
  left join lateral (select pg_catalog.pg_get_expr(w.polqual, w.polrelid) as expression
                      where exists (select from holding h where h.oid = w.oid and h.clause = 'using' and (h.is_by_tenant or h.tenant_attribute is null))) as own on true
  left join narrow n on n.polrelid = w.polrelid
  left join pg_catalog.pg_attribute a on a.attrelid = w.polrelid and a.attnum = w.tenant_attribute
  left join models m on m.tenant_column = w.tenant_column and m.atttypid = a.atttypid
