-- Who is the application: logins of the plan, and every other role that owns or may do something in this database or is
-- connected to it. They are given in their own name what they will no longer have as one of PUBLIC.
with logins as (
    select r.oid, pg_catalog.quote_ident(r.rolname) as name
      from pg_catalog.pg_roles r
     where not r.rolsuper and r.rolname !~ '^(pg|tenantry)_'
       and (r.rolname = any ($1)
            or exists (select from pg_catalog.pg_shdepend s
                        where s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and s.refobjid = r.oid
                          and s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
            or exists (select from pg_catalog.pg_stat_activity a
                        where a.usesysid = r.oid and a.datname = pg_catalog.current_database()))),
lost as (
    select given.object, pg_catalog.string_to_array(given.before, ',') as before, pg_catalog.string_to_array(given.after, ',') as after
      from unnest($2::text[], $3::text[], $4::text[]) as given (object, before, after))
insert into tenantry_adopt.rights (object, grantee, before, kept)
select l.object, logins.name, coalesce(own.rights, '{}'),
       array(select p from pg_catalog.unnest(l.before) p
             except select p from pg_catalog.unnest(l.after) p
             except select pg_catalog.rtrim(p, '*') from pg_catalog.unnest(own.rights) p)
  from lost l cross join logins
  left join pg_temp.tenantry_rights own on own.object = l.object and own.grantee = logins.name
on conflict (object, grantee) do nothing
