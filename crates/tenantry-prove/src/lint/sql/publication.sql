-- What is published leaves the database past row security.
select pg_catalog.format('publication %I', p.pubname) as object,
       pg_catalog.format('publication %I sends the rows of every organization', p.pubname) as title,
       pg_catalog.format('Logical replication is not held by row security, and it publishes %s.', pg_catalog.string_agg(distinct tenant.name, ', ')) as cause,
       'decide: make sure that only operators may subscribe, or publish the rows of one organization each (with a where clause)' as fix,
       'none' as lock,
       'warning' as severity
  from pg_catalog.pg_publication_tables p
  join tenant on tenant.nspname = p.schemaname and tenant.relname = p.tablename
 where p.rowfilter is null
 group by p.pubname
union all
select pg_catalog.format('replication slot %I', s.slot_name),
       pg_catalog.format('replication slot %I carries the changes of every organization', s.slot_name),
       pg_catalog.format('Whoever reads it with the plugin %s gets every change of this database, which row security does not hold.', s.plugin),
       'decide: make sure that only operators may read it, or drop it where nobody does',
       'none', 'warning'
  from pg_catalog.pg_replication_slots s
 where s.slot_type = 'logical' and s.database = pg_catalog.current_database() and exists (select from tenant)
 order by 1
