-- An exclusion constraint across organizations refuses what overlaps with a row that cannot be seen.
select pg_catalog.format('exclusion constraint %I of %s', o.conname, tenant.name) as object,
       pg_catalog.format('exclusion constraint %I of %s tells what another organization has', o.conname, tenant.name) as title,
       'It compares a new row with the rows of every organization, and its error shows that one of them is in the way.' as cause,
       case when tenant.tenant_column is null then pg_catalog.format('decide: give %s a tenant column and let the constraint begin with it', tenant.name)
            when pg_catalog.pg_get_constraintdef(o.oid) ~ '^EXCLUDE USING (gist|spgist) '
            then pg_catalog.format(E'create extension if not exists btree_gist;\nalter table %s drop constraint %I, add constraint %I %s;', tenant.name, o.conname, o.conname,
                     pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(o.oid), '^EXCLUDE USING \w+ \(',
                         pg_catalog.replace(pg_catalog.format('EXCLUDE USING gist (%I WITH =, ', tenant.tenant_column), '\', '\\')))
            when pg_catalog.pg_get_constraintdef(o.oid) ~ '^EXCLUDE USING btree '
            then pg_catalog.format('alter table %s drop constraint %I, add constraint %I %s;', tenant.name, o.conname, o.conname,
                     pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(o.oid), '^EXCLUDE USING \w+ \(',
                         pg_catalog.replace(pg_catalog.format('EXCLUDE USING btree (%I WITH =, ', tenant.tenant_column), '\', '\\')))
            else pg_catalog.format('decide: write the constraint anew for an index that takes several columns, with %I WITH = first', tenant.tenant_column) end as fix,
       'ACCESS EXCLUSIVE on the table while the index is built' as lock,
       'oracle' as severity
  from tenant
  join pg_catalog.pg_constraint o on o.conrelid = tenant.oid and o.contype = 'x'
 where tenant.class in ('direct', 'via') and not coalesce(tenant.tenant_attnum = any (o.conkey), false)
   and not (0 = any (o.conkey) and coalesce(pg_catalog.strpos(pg_catalog.pg_get_constraintdef(o.oid), tenant.tenant_column) > 0, false))
   and not tenant.relispartition
   and exists (select from acting where pg_catalog.has_any_column_privilege(acting.oid, tenant.oid, 'insert, update'))
 order by 1
