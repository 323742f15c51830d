-- A table that is made tomorrow is granted to the role at once, and has no row security yet.
select case when n.nspname is null then pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole))
            else pg_catalog.quote_ident(n.nspname) end as object,
       pg_catalog.format('every new table of %s%s is granted to %s at once', pg_catalog.pg_get_userbyid(d.defaclrole),
           case when n.nspname is not null then pg_catalog.format(' in the schema %s', n.nspname) end, $1::text) as title,
       'A new table has no row security. Between the migration that makes it and the one that remembers the policy, every organization reads all of it.' as cause,
       pg_catalog.format('alter default privileges for role %I%s revoke all on tables from %s;', pg_catalog.pg_get_userbyid(d.defaclrole),
           case when n.nspname is not null then pg_catalog.format(' in schema %I', n.nspname) end,
           pg_catalog.string_agg(distinct case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end, ', ')) as fix,
       'none' as lock,
       'warning' as severity
  from pg_catalog.pg_default_acl d
  left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
 cross join lateral pg_catalog.aclexplode(d.defaclacl) a
 where d.defaclobjtype = 'r' and a.grantee <> d.defaclrole
   and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
   and (a.grantee = 0 or a.grantee in (select g.oid from acting g))
   -- Unless a trigger on new tables secures them in the same statement.
   and not exists (select from pg_catalog.pg_event_trigger e join pg_catalog.pg_proc p on p.oid = e.evtfoid
                    where e.evtevent = 'ddl_command_end' and e.evtenabled in ('O', 'A') and p.prosrc ~* 'enable\s+row\s+level\s+security'
                      and (e.evttags is null or e.evttags @> array['CREATE TABLE', 'CREATE TABLE AS']))
 group by d.defaclrole, n.nspname
