-- Tables with the secrets by which a definer function verifies what its caller claims, and which the role $1::text may read.
-- A secret column is known by its name, the function by its body, which names the table.
select c.oid::pg_catalog.regclass::text as object,
       pg_catalog.format('role %s may read the keys of %s, by which contexts are verified', $1::text, c.oid::pg_catalog.regclass),
       pg_catalog.format('The function %s believes what is signed with a key of this table. Whoever reads the key signs for any organization.', f.signature),
       pg_catalog.format('revoke all on %s from public, %I;', c.oid::pg_catalog.regclass, $1::text),
       'ACCESS EXCLUSIVE on nothing: a revoke waits for no reader',
       'leak'
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 cross join lateral (
       select pg_catalog.min(p.oid::pg_catalog.regprocedure::text) as signature
         from pg_catalog.pg_proc p
        where p.prosecdef and pg_catalog.strpos(p.prosrc, c.relname) > 0
          and p.prosrc ~* '(sha[0-9]+|hmac|digest|verify)') as f
 where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and f.signature is not null and pg_catalog.to_regrole(pg_catalog.quote_ident($1::text)) is not null
   and $2::pg_catalog.jsonb is not null
   and pg_catalog.has_schema_privilege($1::text, n.oid, 'usage')
   and exists (select from pg_catalog.pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  and a.attname ~* '(secret|private|_pad$|^key$|signing_key|key_bytes|key_material)'
                  and pg_catalog.has_column_privilege($1::text, c.oid, a.attnum, 'select'))
 order by 1
