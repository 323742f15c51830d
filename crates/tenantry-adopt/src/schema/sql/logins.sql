-- One row a login that has to do with this database: the members of `Login` as JSON.
with tables as (
    select c.oid, c.relowner
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f')
        and c.relpersistence <> 't'
        and n.nspname !~ '^pg_'
        and n.nspname not in ('information_schema', 'tenantry', 'tenantry_private', 'tenantry_history', 'tenantry_adopt')
        and not exists (
            select from pg_catalog.pg_depend as d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),
logins as (
    select r.rolname, r.rolsuper, r.rolbypassrls,
        -- A superuser is taken for a member of everything, and owns only what it owns.
        (select pg_catalog.count(*) from tables as t
            where case when r.rolsuper then t.relowner = r.oid
                else pg_catalog.pg_has_role(r.oid, t.relowner, 'usage') end) as owns,
        r.rolsuper or exists (
            select from tables as t
            where pg_catalog.has_any_column_privilege(r.oid, t.oid, 'select')) as reads,
        not r.rolsuper and exists (
            select from tables as t
            where pg_catalog.has_any_column_privilege(r.oid, t.oid, 'select, insert, update')
                or pg_catalog.has_table_privilege(r.oid, t.oid, 'delete, truncate')) as holds,
        (select pg_catalog.count(*) from pg_catalog.pg_stat_activity as a
            where a.usesysid = r.oid and a.datname = pg_catalog.current_database()
                and a.pid <> pg_catalog.pg_backend_pid()) as connections
    from pg_catalog.pg_roles as r
    where r.rolcanlogin and r.rolname !~ '^(tenantry_|pg_)'
)
select pg_catalog.json_build_object(
    'name', rolname,
    'is_superuser', rolsuper,
    'bypasses_row_security', rolbypassrls,
    'owns', owns,
    'reads', reads,
    'connections', connections)::text
from logins
where owns > 0 or (rolname <> session_user and (holds or connections > 0))
order by rolname collate "C"
