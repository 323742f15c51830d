-- What is reached on another server, where nothing of this one's row security holds.
select r.name as object,
       pg_catalog.format('foreign table %s has no row security', r.name) as title,
       pg_catalog.format('Its rows come from the server %s, with the rights of the mapping there, and PostgreSQL filters none of them. The role %s may %s it.',
           pg_catalog.quote_ident(v.srvname), $1::text, case when r.is_readable then 'read' else 'change' end) as cause,
       pg_catalog.format('revoke all on %s from %s;', r.name,
           coalesce((select pg_catalog.string_agg(distinct g.grantee, ', ') from grants g where g.oid = r.oid), pg_catalog.quote_ident($1::text))) as fix,
       'none' as lock,
       case when r.oid in (select t.oid from tenants t) then 'leak' else 'warning' end as severity
  from relations r
  join pg_catalog.pg_foreign_table f on f.ftrelid = r.oid
  join pg_catalog.pg_foreign_server v on v.oid = f.ftserver
 where (r.is_readable or r.is_writable)
   and not exists (select from classified k where k.oid = r.oid and k.class = 'shared')
union all
select pg_catalog.quote_ident(v.srvname),
       pg_catalog.format('role %s may use the foreign server %s', $1::text, v.srvname),
       'With a mapping on it and a place to create a foreign table, every table of that server is within reach.',
       pg_catalog.format('revoke usage on foreign server %I from %s;', v.srvname,
           pg_catalog.string_agg(distinct case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end, ', ')),
       'none',
       'warning'
  from pg_catalog.pg_foreign_server v
 cross join lateral pg_catalog.aclexplode(v.srvacl) a
 where a.privilege_type = 'USAGE' and a.grantee <> v.srvowner
   and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
 group by v.srvname
union all
select pg_catalog.format('%I.%I', n.nspname, p.proname),
       pg_catalog.format('role %s may call %I.%I, which opens connections', $1::text, n.nspname, p.proname),
       case p.proname when 'dblink_connect_u' then 'It connects to any server as the operating system''s user of this one, without a password, and so past row security.'
            else 'Whoever can call it reaches whatever server he has the address and a password of, this one included.' end,
       pg_catalog.format('revoke execute on function %I.%I(%s) from %s;', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
           pg_catalog.string_agg(distinct case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end, ', ')),
       'none',
       case p.proname when 'dblink_connect_u' then 'leak' else 'warning' end
  from pg_catalog.pg_extension e
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = e.oid and d.deptype = 'e'
                             and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  join pg_catalog.pg_proc p on p.oid = d.objid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
 where e.extname = 'dblink' and p.proname in ('dblink', 'dblink_exec', 'dblink_connect', 'dblink_connect_u')
   and a.grantee <> p.proowner and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
 group by p.oid, n.nspname, p.proname
