-- A login that row security does not hold, at work beside the one that was examined.
select pg_catalog.format('%I', r.rolname) as object,
       pg_catalog.format('role %I works on this database and row security does not hold it', r.rolname) as title,
       pg_catalog.format('%I is %s and has %s connections now%s. Whatever runs there reads every organization, so a fault in it is a leak that no policy stops.',
           r.rolname, case when r.rolsuper then 'a superuser' else 'a role with BYPASSRLS' end, pg_catalog.count(*),
           coalesce(' (' || pg_catalog.string_agg(distinct nullif(a.application_name, ''), ', ') || ')', '')) as cause,
       pg_catalog.format('decide: give what runs there a role of its own without these rights, or keep %I for operators', r.rolname) as fix,
       'none' as lock,
       'warning' as severity
  from pg_catalog.pg_stat_activity a
  join pg_catalog.pg_roles r on r.oid = a.usesysid
  cross join app
 where a.datname = pg_catalog.current_database() and a.backend_type = 'client backend'
   and (r.rolsuper or r.rolbypassrls) and r.oid <> app.oid and r.rolname <> session_user
   -- People's and operators' tools, which are known by what they call themselves.
   and a.application_name !~* '^(psql|pg_dump|pg_restore|pg_basebackup|pgadmin|dbeaver|datagrip|tableplus|pg_cron|postgres_exporter|tenantry)'
 group by r.rolname, r.rolsuper
 order by 1
