-- A place to put functions, operators and tables in is where other sessions can be made to trip.
select pg_catalog.quote_ident(n.nspname) as object,
       pg_catalog.format('role %s may create in the schema %s', $1::text, n.nspname) as title,
       'What it creates there can stand in the way of the real thing: a function or operator that another session or a function with more rights then calls.' as cause,
       pg_catalog.format('revoke create on schema %I from %s;', n.nspname,
           pg_catalog.string_agg(distinct case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end, ', ')) as fix,
       'none' as lock,
       'warning' as severity
  from spaces s
  join pg_catalog.pg_namespace n on n.oid = s.oid
 cross join lateral pg_catalog.aclexplode(n.nspacl) a
 where a.privilege_type = 'CREATE' and a.grantee <> n.nspowner and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
 group by n.nspname
union all
select pg_catalog.quote_ident(d.datname),
       pg_catalog.format('role %s may create schemas in the database %s', $1::text, d.datname),
       'A schema of its own is a place for functions and operators that other sessions or functions with more rights can be made to call.',
       pg_catalog.format('revoke create on database %I from %s;', d.datname,
           pg_catalog.string_agg(distinct case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end, ', ')),
       'none',
       'warning'
  from pg_catalog.pg_database d
 cross join lateral pg_catalog.aclexplode(d.datacl) a
 where d.datname = pg_catalog.current_database() and a.privilege_type = 'CREATE' and a.grantee <> d.datdba
   and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
 group by d.datname
