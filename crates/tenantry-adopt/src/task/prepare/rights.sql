-- Every right on what belongs to the system and not to us: one row a grantee and object, with an asterisk for a grant option.
select object, case grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) end as grantee,
       pg_catalog.array_agg(privilege_type || case when is_grantable then '*' else '' end order by privilege_type) as rights
  from (select 'database ' || pg_catalog.quote_ident(d.datname) as object, a.*
          from pg_catalog.pg_database d, pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
         where d.datname = pg_catalog.current_database()
        union all
        select 'schema ' || pg_catalog.quote_ident(n.nspname), a.*
          from pg_catalog.pg_namespace n, pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
         where n.nspname !~ '^(tenantry|pg_temp_|pg_toast)'
        union all
        select 'table pg_catalog.' || pg_catalog.quote_ident(c.relname), a.*
          from pg_catalog.pg_class c, pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) a
         where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace and c.relkind in ('r', 'v')
        union all
        select 'routine ' || p.oid::pg_catalog.regprocedure, a.*
          from pg_catalog.pg_proc p, pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
         where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace) rights
 group by 1, 2
