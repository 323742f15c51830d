-- A temporary table shadows a real one for everybody who uses the connection afterwards. PUBLIC may make them unless it was revoked.
select pg_catalog.quote_ident(d.datname) as object,
       pg_catalog.format('role %s may create temporary tables in the database %s', $1::text, d.datname) as title,
       'A temporary table is found before a real one of the same name. On a connection that is used again it catches what the next organization writes.' as cause,
       pg_catalog.format('revoke temporary on database %I from %s;', d.datname,
           pg_catalog.string_agg(distinct case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end, ', ')) as fix,
       'none' as lock,
       'warning' as severity
  from pg_catalog.pg_database d
 cross join lateral pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
 where d.datname = pg_catalog.current_database() and a.privilege_type = 'TEMPORARY' and a.grantee <> d.datdba
   and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
 group by d.datname
