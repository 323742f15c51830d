-- What the request path could use to put something in another organization's way.
select d.datname::text as object,
       format('the login %s may create temporary tables, which can stand in the way of real ones', current_user) as cause,
       format('revoke temporary on database %I from public, %I;', d.datname, current_user) as fix
  from pg_catalog.pg_database d
 where d.datname = pg_catalog.current_database() and pg_catalog.has_database_privilege(d.oid, 'temporary')
union all
select d.datname::text,
       format('the login %s may create schemas', current_user),
       format('revoke create on database %I from public, %I;', d.datname, current_user)
  from pg_catalog.pg_database d
 where d.datname = pg_catalog.current_database() and pg_catalog.has_database_privilege(d.oid, 'create')
union all
select n.nspname::text,
       format('the login %s may create objects in the schema %s', current_user, n.nspname),
       format('revoke create on schema %I from public, %I;', n.nspname, current_user)
  from pg_catalog.pg_namespace n
 where n.nspname !~ '^pg_' and pg_catalog.has_schema_privilege(n.oid, 'create')
union all
select c.oid::regclass::text,
       format('the login %s holds %s on %s, which row security does not filter', current_user, p.name, c.oid::regclass),
       format('revoke %s on %s from public, %I;', p.name, c.oid::regclass, current_user)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join (values ('truncate'), ('references'), ('trigger')) as p (name)
 where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_table_privilege(c.oid, p.name)
 order by 1, 2
