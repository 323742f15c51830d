-- What a lint starts from: the application's role, the roles that it can act as, and the tables as they were classified.
with recursive app as (
    select r.oid, r.rolname, r.rolsuper from pg_catalog.pg_roles r where r.rolname = $1::pg_catalog.text
), acting as (
    select r.oid, r.rolname from pg_catalog.pg_roles r cross join app
     where r.oid = app.oid or pg_catalog.pg_has_role(app.oid, r.oid, 'member')
), grantee as (
    select 0::pg_catalog.oid as oid, 'public'::pg_catalog.text as name
    union all
    select acting.oid, pg_catalog.format('%I', acting.rolname) from acting
), classified as materialized (
    select c.oid, t.class, a.attname as tenant_column, a.attnum as tenant_attnum, n.nspname, c.relname,
           pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
           c.relkind, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relowner
      from pg_catalog.jsonb_to_recordset($2::pg_catalog.jsonb) as t (oid oid, class text, tenant_column text)
      join pg_catalog.pg_class c on c.oid = t.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = t.tenant_column and not a.attisdropped
), tenant as (
    select * from classified where class in ('root', 'direct', 'via', 'person')
)
