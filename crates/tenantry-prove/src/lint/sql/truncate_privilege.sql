-- TRUNCATE empties a table for every organization: row security does not apply to it.
select t.name as object,
       pg_catalog.format('role %s may empty table %s for every organization', $1::text, t.name) as title,
       'Row security is not applied to truncate: one statement takes the rows of all organizations away.' as cause,
       pg_catalog.format('revoke truncate on %s from %s;', t.name, pg_catalog.string_agg(distinct g.grantee, ', ')) as fix,
       'none' as lock,
       'leak' as severity
  from tenants t
  join spaces s on s.oid = t.space and s.is_usable
  join grants g on g.oid = t.oid and g.privilege = 'TRUNCATE'
 group by t.name
