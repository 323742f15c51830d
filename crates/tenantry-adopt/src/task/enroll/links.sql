-- Tables whose rows link a person ($1, by its key $2) and a row of the root table: foreign keys to both, and a unique key of
-- just these two columns or a name that says so. Otherwise every table with an author would be one of memberships.
with prepared as (
    select pg_catalog.to_regclass(root_table) as root, root_key from tenantry_adopt.prepared where root_table is not null),
pairs as (
    select c.conrelid, a.attname as own, a.attnum, case when c.confrelid = p.root and b.attname = p.root_key then 'root' else 'person' end as side
      from pg_catalog.pg_constraint c cross join prepared p
      cross join lateral unnest(c.conkey, c.confkey) as pair (mine, theirs)
      join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = pair.mine
      join pg_catalog.pg_attribute b on b.attrelid = c.confrelid and b.attnum = pair.theirs
     where c.contype = 'f' and c.conparentid = 0
       and ((c.confrelid = p.root and b.attname = p.root_key)
            or (c.confrelid = pg_catalog.to_regclass($1::text) and b.attname = $2::text))
       and c.conrelid not in (p.root, pg_catalog.to_regclass($1::text)))
select n.nspname::text, t.relname::text, person.own::text, root.own::text,
       exists (select from pg_catalog.pg_attribute r
                where r.attrelid = t.oid and r.attname = $3::text and r.attnum > 0 and not r.attisdropped)
  from pairs person join pairs root on root.conrelid = person.conrelid and root.side = 'root' and person.side = 'person'
  join pg_catalog.pg_class t on t.oid = person.conrelid
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
 where t.relname ~* 'member'
    or exists (select from pg_catalog.pg_index i
                where i.indrelid = t.oid and i.indisunique and i.indpred is null
                  and (select pg_catalog.array_agg(k order by k) from pg_catalog.unnest(i.indkey::int2[]) k
                         join pg_catalog.pg_attribute x on x.attrelid = t.oid and x.attnum = k and x.attname <> 'organization_id')
                      = (select pg_catalog.array_agg(k order by k) from pg_catalog.unnest(array[person.attnum, root.attnum]) k))
 order by 1, 2
