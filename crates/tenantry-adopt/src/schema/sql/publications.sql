-- One row a publication: the members of `Publication` as JSON. One that publishes a schema names the tables that are there.
select pg_catalog.json_build_object(
    'name', p.pubname,
    'is_for_all', p.puballtables,
    'tables', coalesce((
        select pg_catalog.json_agg(pg_catalog.format('%I.%I', n.nspname, c.relname)
            order by n.nspname collate "C", c.relname collate "C")
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
            and (exists (
                    select from pg_catalog.pg_publication_rel as r where r.prpubid = p.oid and r.prrelid = c.oid)
                or exists (
                    select from pg_catalog.pg_publication_namespace as s
                    where s.pnpubid = p.oid and s.pnnspid = c.relnamespace))
    ), '[]'),
    'sends_changes', p.pubupdate or p.pubdelete,
    'lists', coalesce((
        select pg_catalog.json_agg(pg_catalog.json_build_object(
            'table', pg_catalog.format('%I.%I', n.nspname, c.relname),
            'columns', (
                select pg_catalog.json_agg(a.attname order by a.attnum)
                from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attnum = any (r.prattrs)),
            'identity', (
                select x.relname
                from pg_catalog.pg_index as i
                join pg_catalog.pg_class as x on x.oid = i.indexrelid
                where i.indrelid = c.oid
                    and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else false end)
        ) order by n.nspname collate "C", c.relname collate "C")
        from pg_catalog.pg_publication_rel as r
        join pg_catalog.pg_class as c on c.oid = r.prrelid
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where r.prpubid = p.oid and r.prattrs is not null
    ), '[]'))::text
from pg_catalog.pg_publication as p
order by p.pubname collate "C"
