-- A table that the role may read and no policy lets it see, and a table that belongs to nobody but takes rows from all.
select t.name as object,
       pg_catalog.format('table %s shows no row to %s', t.name, $1::text) as title,
       'Row security is on and no policy that lets rows through applies to the role for select, so that its privilege is worth nothing. Nothing leaks, but whoever needs the rows will look for a way around.' as cause,
       case when contract.is_there and t.tenant_column = 'organization_id' then pg_catalog.format('select tenantry.protect(%L::regclass, %L);', t.name,
                     (select coalesce(pg_catalog.string_agg(p.name, ', ' order by p.place), 'select')
                        from (values (1, 'select'), (2, 'insert'), (3, 'update'), (4, 'delete')) as p (place, name)
                       where exists (select from acting h where pg_catalog.has_table_privilege(h.oid, t.oid, p.name))))
            when m.expression is not null then pg_catalog.format('create policy %I on %s using (%s) with check (%s);',
                     case when exists (select from pg_catalog.pg_policy p where p.polrelid = t.oid and p.polname = 'organization')
                          then 'organization_of_' || $1::text else 'organization' end, t.name, m.expression, m.expression)
            else pg_catalog.format('decide: write a policy for %s that compares the row with the organization that asks, or revoke the privileges of %s on it.', t.name, $1::text) end as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', t.name) as lock,
       'warning' as severity
  from tenants t
 cross join contract
  left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = t.tenant_attribute
  left join models m on m.tenant_column = t.tenant_column and m.atttypid = a.atttypid
 where t.relkind in ('r', 'p') and t.is_secured and not t.is_child and t.is_readable
   and exists (select from acting h where pg_catalog.has_any_column_privilege(h.oid, t.oid, 'select'))
   -- Whom row security does not hold at all sees everything: TN0701 and TN0704 say so.
   and not exists (select from held h join pg_catalog.pg_roles r on r.oid = h.oid
                    where r.rolsuper or r.rolbypassrls or h.oid = t.relowner and not t.is_forced)
   and not exists (select from policies p
                    where p.polrelid = t.oid and p.is_permissive and p.polcmd in ('*', 'r') and p.polqual is not null)
union all
select r.name,
       pg_catalog.format('table %s belongs to no organization, and what one writes every other reads', r.name),
       pg_catalog.format('Nothing in it names an organization, row security is off, and the role %s may both read and write it.', $1::text),
       pg_catalog.format('decide: if %s is shared on purpose, take the writing away with: revoke insert, update, delete on %s from %s; else give it a column that names the organization, and a policy.', r.name, r.name,
           coalesce((select pg_catalog.string_agg(distinct g.grantee, ', ') from grants g where g.oid = r.oid), pg_catalog.quote_ident($1::text))),
       'none',
       'leak'
  from classified k
  join relations r on r.oid = k.oid
 where k.class = 'unclassified' and r.relkind in ('r', 'p') and not r.is_secured and r.is_readable and r.is_writable
   and r.oid not in (select t.oid from tenants t)
   and not exists (select from pg_catalog.pg_inherits i where i.inhrelid = r.oid)
