-- Who can set the parameter that keeps verified contexts can be any organization: the definer, and nobody else.
-- A value that sessions begin with is believed when it has the form of an entry.
select coalesce(g.rolname, 'public')::text as object,
       format('%s may %s backtrace_functions, and so be any organization', coalesce(g.rolname, 'public'), lower(acl.privilege_type)) as cause,
       format('revoke %s on parameter backtrace_functions from %s;', acl.privilege_type, coalesce(quote_ident(g.rolname), 'public')) as fix
  from pg_catalog.pg_parameter_acl p
  cross join lateral pg_catalog.aclexplode(p.paracl) acl
  left join pg_catalog.pg_roles g on g.oid = acl.grantee
 where p.parname = 'backtrace_functions' and g.rolsuper is not true
   and not (g.rolname is not distinct from 'tenantry_definer' and acl.privilege_type = 'SET')
union all
select r.rolname::text,
       format('%s is a member of tenantry_definer, who may set backtrace_functions, and so can be any organization', r.rolname),
       format('revoke tenantry_definer from %I;', r.rolname)
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles r on r.oid = m.member and not r.rolsuper
  join pg_catalog.pg_roles d on d.oid = m.roleid and d.rolname = 'tenantry_definer'
union all
select coalesce(r.rolname, d.datname)::text,
       format('sessions of %s begin as an organization: %s', coalesce(r.rolname, d.datname), setting),
       format('alter %s %I %sreset backtrace_functions;', case when r.rolname is null then 'database' else 'role' end, coalesce(r.rolname, d.datname),
              case when r.rolname is not null and d.datname is not null then format('in database %I ', d.datname) else '' end)
  from pg_catalog.pg_db_role_setting s
  cross join lateral unnest(s.setconfig) as setting
  left join pg_catalog.pg_roles r on r.oid = s.setrole
  left join pg_catalog.pg_database d on d.oid = s.setdatabase
 where setting like 'backtrace\_functions=0 %' and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
union all
select 'backtrace_functions', 'the server''s own configuration makes every session an organization', 'alter system reset backtrace_functions; -- then: select pg_reload_conf()'
 where pg_catalog.current_setting('backtrace_functions') like '0 %'
   and not exists (select from pg_catalog.pg_db_role_setting s cross join lateral unnest(s.setconfig) as setting where setting like 'backtrace\_functions=0 %')
 order by 1, 2
