-- A table that belongs to no organization and is about people: whoever may read it reads about everybody's.
, readable as (
    select classified.*, a.attname, a.attnum,
           a.attname ~* '(^|_)(encrypted_|hashed_)?(password|passwd|passphrase|pwd)(_?(hash|digest|salt))?$|(^|_)(api_?key|private_?key|client_?secret|otp_?secret|totp_?secret|mfa_?secret|secret|secret_?hash|recovery_?codes?|backup_?codes?)$|(^|_)token(_?(hash|digest))?$|[a-z](Token|Password|PasswordHash|Secret|ApiKey|TokenHash)$|^(passwordHash|hashedPassword|encryptedPassword)$' as is_secret,
           a.attname ~* '^(user_?)?(e_?mail|email_?address|login|phone|phone_?number|mobile|date_?of_?birth|birth_?date|ssn|iban|tax_?id)$' as is_personal
      from classified
      join pg_catalog.pg_attribute a on a.attrelid = classified.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_type t on t.oid = a.atttypid
     where classified.class in ('shared', 'unclassified', 'person') and not classified.relrowsecurity and not classified.relispartition
       and (t.typcategory in ('S', 'A') or t.typname in ('bytea', 'json', 'jsonb', 'citext', 'date'))
       and exists (select from acting where pg_catalog.has_column_privilege(acting.oid, classified.oid, a.attnum, 'select')
                                        and pg_catalog.has_schema_privilege(acting.oid, (select c.relnamespace from pg_catalog.pg_class c where c.oid = classified.oid), 'usage'))
), about as (
    select readable.oid, readable.name, readable.class,
           pg_catalog.string_agg(pg_catalog.format('%I', readable.attname), ', ' order by readable.attnum) filter (where readable.is_secret) as secrets,
           pg_catalog.string_agg(pg_catalog.format('%I', readable.attname), ', ' order by readable.attnum) filter (where readable.is_personal and not readable.is_secret) as personal
      from readable
     group by readable.oid, readable.name, readable.class
), granted as (
    select about.oid, pg_catalog.string_agg(distinct grantee.name, ', ') as names
      from about
      join pg_catalog.pg_class c on c.oid = about.oid
      left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attacl is not null
     cross join lateral pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)) || coalesce(a.attacl, '{}')) as entry
      join grantee on grantee.oid = entry.grantee
     where entry.privilege_type = 'SELECT'
     group by about.oid
)
select about.name as object,
       pg_catalog.format(case when about.secrets is not null then 'table %s shows every organization the secrets of everybody'
                              else 'table %s shows every organization who everybody is' end, about.name) as title,
       pg_catalog.format('It has no row security, and %I may read %s of every row.', app.rolname, pg_catalog.concat_ws(', ', about.secrets, about.personal)) as cause,
       case when about.secrets is not null
            then pg_catalog.format('revoke select on %s from %s;', about.name, granted.names)
                 || coalesce((select pg_catalog.format(E'\ngrant select (%s) on %s to %s;', pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' order by a.attnum), about.name, granted.names)
                                from pg_catalog.pg_attribute a
                               where a.attrelid = about.oid and a.attnum > 0 and not a.attisdropped
                                 and exists (select from acting where pg_catalog.has_column_privilege(acting.oid, a.attrelid, a.attnum, 'select'))
                                 and not exists (select from readable where readable.oid = a.attrelid and readable.attnum = a.attnum and readable.is_secret)), '')
            else pg_catalog.format('decide: a policy on %s that shows a person to the organizations that the person belongs to, or a function that looks one person up', about.name) end as fix,
       'none' as lock,
       case when about.secrets is not null then 'leak' else 'warning' end as severity
  from about
  join granted on granted.oid = about.oid
  cross join app
 where not app.rolsuper and (about.secrets is not null or about.personal is not null)
 order by 1
