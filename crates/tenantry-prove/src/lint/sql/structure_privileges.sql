-- REFERENCES and TRIGGER are for who changes the schema, not for who serves requests.
select t.name as object,
       pg_catalog.format('role %s holds %s on table %s', $1::text, pg_catalog.string_agg(distinct g.privilege, ' and ' order by g.privilege), t.name) as title,
       case when pg_catalog.bool_or(g.privilege = 'TRIGGER')
            then 'A trigger that the role puts on the table runs in the sessions of other organizations and sees the rows that they write.'
            else 'A foreign key to the table tells which keys exist, those of other organizations included, and keeps their rows from being deleted.' end as cause,
       pg_catalog.format('revoke %s on %s from %s;', pg_catalog.lower(pg_catalog.string_agg(distinct g.privilege, ', ' order by g.privilege)), t.name,
           pg_catalog.string_agg(distinct g.grantee, ', ')) as fix,
       'none' as lock,
       -- With a place to create the trigger's function in, nothing is missing.
       case when pg_catalog.bool_or(g.privilege = 'TRIGGER')
             and exists (select from spaces n cross join acting h where pg_catalog.has_schema_privilege(h.oid, n.oid, 'create')) then 'leak' else 'warning' end as severity
  from tenants t
  join spaces s on s.oid = t.space and s.is_usable
  join grants g on g.oid = t.oid and g.privilege in ('REFERENCES', 'TRIGGER')
 group by t.name
