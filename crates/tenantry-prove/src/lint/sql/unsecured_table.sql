-- A table of organizations that the role reaches, without row security.
select t.name as object,
       pg_catalog.format('table %s has no row security', t.name) as title,
       pg_catalog.format('The role %s may %s it, and nothing compares a row with the organization that asks.%s', $1::text,
           case when t.is_readable and t.is_writable then 'read and change' when t.is_readable then 'read' else 'change' end,
           case when contract.is_there and t.tenant_column = 'organization_id' or m.expression is not null
                  or exists (select from pg_catalog.pg_policy p where p.polrelid = t.oid) then ''
                else ' The statement closes the table; a policy like those of the other tables opens it to its own organization again.' end) as cause,
       case when contract.is_there and t.tenant_column = 'organization_id'
            then pg_catalog.format('select tenantry.protect(%L::regclass, %L);', t.name,
                     (select coalesce(pg_catalog.string_agg(p.name, ', ' order by p.place), 'select')
                        from (values (1, 'select'), (2, 'insert'), (3, 'update'), (4, 'delete')) as p (place, name)
                       where exists (select from acting h where pg_catalog.has_table_privilege(h.oid, t.oid, p.name))))
            else pg_catalog.format('alter table %s enable row level security; alter table %s force row level security;', t.name, t.name)
                 || case when m.expression is null or exists (select from pg_catalog.pg_policy p where p.polrelid = t.oid) then ''
                         else pg_catalog.format(' create policy organization on %s using (%s) with check (%s);', t.name, m.expression, m.expression) end
       end as fix,
       pg_catalog.format('ACCESS EXCLUSIVE on %s for an instant; no rewrite', t.name) as lock,
       'leak' as severity
  from tenants t
 cross join contract
  left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = t.tenant_attribute
  left join models m on m.tenant_column = t.tenant_column and m.atttypid = a.atttypid
 where t.relkind in ('r', 'p') and not t.is_secured and not t.is_child and (t.is_readable or t.is_writable)
