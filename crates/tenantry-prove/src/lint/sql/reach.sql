-- What a lint begins with: whom the application's role ($1) can act as, and the tables of organizations ($2) with what
-- it reaches of them. Each name is qualified, because the database belongs to somebody else.
with recursive
-- The role and every role that it is a member of, by the first membership on the way. From PostgreSQL 16 on a
-- membership may be one that neither inherits nor allows to become the role; before, the columns are missing.
held (oid, name, rolsuper, by_way_of, may_become, way_out) as (
    select r.oid, r.rolname::text, r.rolsuper, null::text collate pg_catalog."C", true, null::text collate pg_catalog."C"
      from pg_catalog.pg_roles r where r.rolname = $1::text
    union
    select r.oid, r.rolname::text, r.rolsuper, coalesce(h.by_way_of, r.rolname::text),
           h.may_become and (m.admin_option or coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::boolean, true)),
           coalesce(h.way_out, pg_catalog.format('revoke %I from %I%s;', r.rolname, h.name,
               case when pg_catalog.current_setting('server_version_num')::int >= 160000
                    then pg_catalog.format(' granted by %I', pg_catalog.pg_get_userbyid(m.grantor)) end))
      from held h
      join pg_catalog.pg_auth_members m on m.member = h.oid
      join pg_catalog.pg_roles r on r.oid = m.roleid
     where m.admin_option or coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::boolean, true)
        or (pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean
),
-- Without superusers, for whom there are no privileges: TN0701 names those.
acting (oid, name) as (select distinct h.oid, h.name from held h where not h.rolsuper),
spaces (oid, name, is_usable) as (
    select n.oid, n.nspname::text,
           exists (select from held h where pg_catalog.has_schema_privilege(h.oid, n.oid, 'usage'))
      from pg_catalog.pg_namespace n
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
-- Whatever could be read from, without what extensions bring along.
relations (oid, name, bare, space, kind, relkind, relowner, owner, is_secured, is_forced, is_readable, is_writable) as (
    select c.oid, pg_catalog.format('%I.%I', s.name, c.relname), c.relname::text, s.oid,
           case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
                          when 'S' then 'sequence' else 'table' end,
           c.relkind, c.relowner, pg_catalog.pg_get_userbyid(c.relowner)::text, c.relrowsecurity, c.relforcerowsecurity,
           c.relkind <> 'S' and s.is_usable
               and exists (select from held h where pg_catalog.has_any_column_privilege(h.oid, c.oid, 'select')),
           c.relkind <> 'S' and s.is_usable
               and exists (select from held h where pg_catalog.has_any_column_privilege(h.oid, c.oid, 'insert, update')
                                                 or pg_catalog.has_table_privilege(h.oid, c.oid, 'delete'))
      from pg_catalog.pg_class c
      join spaces s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
),
-- The privileges that the role could be told to give back.
grants (oid, privilege, grantee) as (
    select r.oid, a.privilege_type,
           case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end
      from relations r
      join pg_catalog.pg_class c on c.oid = r.oid
     cross join lateral (
           select e.grantee, e.privilege_type from pg_catalog.aclexplode(c.relacl) e
            union select e.grantee, e.privilege_type
             from pg_catalog.pg_attribute t cross join lateral pg_catalog.aclexplode(t.attacl) e
            where t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped) a
     where a.grantee <> c.relowner and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
),
classified (oid, class, tenant_column) as (
    select x.oid, x.class, x.tenant_column
      from pg_catalog.jsonb_to_recordset($2::jsonb) as x (oid oid, class text, tenant_column text)
),
-- A partition, or a table that inherits, belongs to whom its parent belongs.
family (oid, class, tenant_column, is_child) as (
    select k.oid, k.class, k.tenant_column,
           exists (select from pg_catalog.pg_inherits i where i.inhrelid = k.oid)
      from classified k where k.class in ('root', 'direct', 'via', 'person')
    union
    select i.inhrelid, f.class, f.tenant_column, true
      from family f join pg_catalog.pg_inherits i on i.inhparent = f.oid
),
tenants as (
    select distinct on (r.oid) r.*, f.class, f.tenant_column, f.is_child,
           (select a.attnum from pg_catalog.pg_attribute a
             where a.attrelid = r.oid and a.attname = f.tenant_column and not a.attisdropped) as tenant_attribute
      from family f join relations r on r.oid = f.oid
     order by r.oid, f.class
),
-- Where the contract of Tenantry is installed, it guards a table better than a statement of three lines could.
contract (is_there) as (
    select exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                    where n.nspname = 'tenantry' and p.proname = 'protect')
)
