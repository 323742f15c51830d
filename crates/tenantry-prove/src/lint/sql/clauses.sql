-- What the lints over policies add: one row for each clause of a policy and each command that it decides on for the
-- application's role. A clause that does not say from whom it is asked, or that does not look at the row, is wide.
, policies as (
    select p.oid, p.polname::text as policy, p.polpermissive as is_permissive, p.polroles = '{0}' as is_for_everybody,
           p.polcmd, p.polqual, p.polwithcheck, p.polrelid, t.name, t.class, t.relowner, t.tenant_column, t.tenant_attribute,
           t.is_readable, t.is_writable,
           -- The columns of the table that one of its clauses names, in or outside of a sub-query.
           array(select d.refobjsubid::smallint from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = p.oid
                    and d.refobjid = p.polrelid and d.refobjsubid > 0) as named
      from pg_catalog.pg_policy p
      join tenants t on t.oid = p.polrelid
     where t.is_secured and (t.is_readable or t.is_writable)
       and (0 = any (p.polroles) or exists (select from held h where h.oid = any (p.polroles)))
), clauses as (
    select p.*, commands.command, side.clause, side.tree::text as tree,
           pg_catalog.pg_get_expr(side.tree, p.polrelid) as expression
      from policies p
     cross join (values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) as commands (command, letter)
     cross join lateral (values ('using', p.polqual), ('with check', coalesce(p.polwithcheck, p.polqual))) as side (clause, tree)
     where p.polcmd in ('*', commands.letter) and side.tree is not null
       and case side.clause when 'using' then commands.command <> 'insert' else commands.command in ('insert', 'update') end
       and exists (select from held h where case commands.command
                       when 'delete' then pg_catalog.has_table_privilege(h.oid, p.polrelid, 'delete')
                       else pg_catalog.has_any_column_privilege(h.oid, p.polrelid, commands.command) end)
), asked as (
    -- What a clause asks: the functions that it calls, and the words that it compares with.
    select c.*,
           array(select distinct called.ids[1]::oid from pg_catalog.regexp_matches(c.tree, ' :funcid (\d+)', 'g') as called (ids)) as functions,
           c.expression ~ '(^| OR )true\)?$' as is_true,
           -- `or organization() is null`: true for whoever has entered nothing.
           c.expression ~ ' OR ' and c.expression ~ '(\w\(\)( AS \w+)?\)?|current_setting\([^()]*\)|NULLIF\(current_setting\([^()]*\), ''''::text\)) (IS NULL|= ''''::text)' as is_open_unset
      from clauses c
     where c.expression <> 'false'
), judged as (
    select a.*,
           -- Who asks: a function of the database's own, a setting, or the role's name.
           not a.is_true
           and (a.tree ~ '\{SQLVALUEFUNCTION :op (9|10|11|12) '
                or exists (select from pg_catalog.pg_proc f
                            where f.oid = any (a.functions)
                              and (f.oid >= 16384
                                   or f.proname in ('current_setting', 'current_user', 'session_user', 'getpgusername', 'pg_has_role')))
                -- A sub-query over a table with row security sees only what its policies show.
                or a.tree ~ '\{SUBLINK '
                   and exists (select from pg_catalog.pg_depend d join pg_catalog.pg_class t on t.oid = d.refobjid
                                where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = a.oid
                                  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                  and t.oid <> a.polrelid and t.relrowsecurity)) as is_bound,
           not a.is_true
           and case when a.tree !~ '\{SUBLINK ' then a.tree ~ '\{VAR '
                    else exists (select from pg_catalog.pg_attribute t where t.attrelid = a.polrelid and t.attnum = any (a.named)
                                    and pg_catalog.strpos(a.expression, pg_catalog.quote_ident(t.attname)) > 0) end as is_by_row,
           coalesce(case when a.tree !~ '\{SUBLINK ' then a.tree ~ ('\{VAR :varno 1 :varattno ' || a.tenant_attribute || ' ')
                         else a.tenant_attribute = any (a.named)
                              and pg_catalog.strpos(a.expression, pg_catalog.quote_ident(a.tenant_column)) > 0 end, false) as is_by_tenant,
           -- A policy for one role alone may name its organization in the text.
           not a.is_for_everybody and a.tenant_column is not null
           and pg_catalog.strpos(a.expression, pg_catalog.quote_ident(a.tenant_column) || ' = ') > 0 as is_for_one,
           -- A condition that lets the operators in, and nobody else, is often meant.
           (a.expression || ' ' || coalesce((select pg_catalog.string_agg(f.proname, ' ') from pg_catalog.pg_proc f where f.oid = any (a.functions)), ''))
               ~* '(admin|operator|staff|service|super|support|internal|root|maintenance)' as is_gate
      from asked a
), holding as (
    select j.*,
           exists (select from judged r
                    where r.polrelid = j.polrelid and not r.is_permissive and r.command = j.command and r.clause = j.clause
                      and r.is_bound and r.is_by_row and not r.is_open_unset) as is_restricted
      from judged j
), models as (
    -- A policy that holds, written in terms of the tenant column alone, can be copied to a table with the same column.
    select distinct on (j.tenant_column, a.atttypid) j.tenant_column, a.atttypid, j.expression
      from judged j
      join pg_catalog.pg_attribute a on a.attrelid = j.polrelid and a.attnum = j.tenant_attribute
     where j.polcmd = '*' and j.clause = 'using' and j.command = 'select' and j.is_for_everybody
       and j.is_bound and j.is_by_tenant and not j.is_open_unset and j.tree !~ '\{SUBLINK :subLinkType [02]'
       and j.expression not like '%.' || pg_catalog.quote_ident(j.tenant_column) || '%'
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = j.oid
                          and d.refobjid = j.polrelid and d.refobjsubid > 0 and d.refobjsubid <> j.tenant_attribute)
     order by j.tenant_column, a.atttypid, j.is_permissive desc, j.polrelid
)
