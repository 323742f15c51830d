-- One row a table: the members of `Table` as JSON, and whether it is small enough to be counted.
select pg_catalog.json_build_object(
    'name', pg_catalog.format('%I.%I', n.nspname, c.relname),
    'is_partitioned', c.relkind = 'p',
    'partition_of', case when c.relispartition then parents.names ->> 0 end,
    'inherits', case when c.relispartition then '[]' else coalesce(parents.names, '[]') end,
    'of_type', case when c.reloftype <> 0 then pg_catalog.format_type(c.reloftype, null) end,
    'is_foreign', c.relkind = 'f',
    'owner', pg_catalog.pg_get_userbyid(c.relowner),
    'columns', coalesce(columns.list, '[]'),
    'checks', coalesce(checks.list, '[]'),
    'indexes', coalesce(indexes.list, '[]'),
    'foreign_keys', coalesce(foreign_keys.list, '[]'),
    'triggers', coalesce(triggers.list, '[]'),
    'rules', coalesce((
        select pg_catalog.json_agg(r.rulename order by r.rulename)
        from pg_catalog.pg_rewrite as r where r.ev_class = c.oid and r.rulename <> '_RETURN'), '[]'),
    'replica_rules', coalesce((
        select pg_catalog.json_agg(r.rulename order by r.rulename)
        from pg_catalog.pg_rewrite as r
        where r.ev_class = c.oid and r.ev_type = '2' and r.ev_enabled in ('A', 'R')), '[]'),
    'policies', coalesce((
        select pg_catalog.json_agg(p.polname order by p.polname)
        from pg_catalog.pg_policy as p where p.polrelid = c.oid), '[]'),
    'has_row_security', c.relrowsecurity,
    'has_forced_row_security', c.relforcerowsecurity,
    'statistics', pg_catalog.json_build_object(
        'rows', case
            when c.relkind = 'p' then 0
            -- The planner's own rule: the density of the last analyze over the pages there are now.
            when c.reltuples > 0 and c.relpages > 0
                then pg_catalog.round((c.reltuples / c.relpages * size.pages)::numeric)
            when c.relkind = 'f' then greatest(c.reltuples, 0)::bigint
            else (size.pages * size.density)::bigint
        end,
        'bytes', size.total,
        'writes', pg_catalog.pg_stat_get_tuples_inserted(c.oid)
            + pg_catalog.pg_stat_get_tuples_updated(c.oid)
            + pg_catalog.pg_stat_get_tuples_deleted(c.oid)))::text,
    -- What is above two megabytes is estimated: counting it would be felt.
    c.relkind = 'r' and size.own < 2 * 1024 * 1024
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (
    select pg_catalog.json_agg(pg_catalog.format('%I.%I', pn.nspname, p.relname) order by i.inhseqno) as names
    from pg_catalog.pg_inherits as i
    join pg_catalog.pg_class as p on p.oid = i.inhparent
    join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
    where i.inhrelid = c.oid
) as parents
cross join lateral (
    select coalesce(pg_catalog.pg_relation_size(c.oid), 0) as own,
        coalesce(pg_catalog.pg_total_relation_size(c.oid), 0) as total,
        coalesce(pg_catalog.pg_relation_size(c.oid), 0)
            / pg_catalog.current_setting('block_size')::bigint as pages,
        -- Never analyzed: the header and the line pointer of a row, and 32 bytes for what has no fixed length.
        (select 8168.0 / (28 + coalesce(sum(case when a.attlen > 0 then a.attlen else 32 end), 0))
            from pg_catalog.pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as density
) as size
cross join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_object(
        'name', a.attname,
        'type_name', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'is_not_null', a.attnotnull,
        'default', case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
        'is_generated', a.attgenerated <> '',
        'is_identity', a.attidentity <> '',
        'null_fraction', (
            -- Of a partitioned table, the figures over its partitions; of any other, its own.
            select s.stanullfrac from pg_catalog.pg_statistic as s
            where s.starelid = c.oid and s.staattnum = a.attnum
            order by s.stainherit = (c.relkind = 'p') desc limit 1),
        'labels', coalesce((
            select pg_catalog.json_agg(e.enumlabel order by e.enumsortorder)
            from pg_catalog.pg_enum as e where e.enumtypid = a.atttypid), '[]')
    ) order by a.attnum) as list
    from pg_catalog.pg_attribute as a
    left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
) as columns
cross join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_object(
        'name', k.conname,
        'columns', coalesce((
            select pg_catalog.json_agg(a.attname order by u.place)
            from pg_catalog.unnest(k.conkey) with ordinality as u (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number), '[]'),
        'definition', pg_catalog.pg_get_constraintdef(k.oid)
    ) order by k.conname) as list
    from pg_catalog.pg_constraint as k
    where k.conrelid = c.oid and k.contype = 'c'
) as checks
cross join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_object(
        'name', x.relname,
        'columns', case when 0 = any (keys.numbers) then '[]'::json else (
            select pg_catalog.json_agg(a.attname order by u.place)
            from pg_catalog.unnest(keys.numbers) with ordinality as u (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = u.number) end,
        'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
        'method', m.amname,
        'is_unique', i.indisunique,
        'is_primary', i.indisprimary,
        'is_constraint', k.oid is not null,
        'is_exclusion', i.indisexclusion,
        'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
        'is_nulls_not_distinct', i.indnullsnotdistinct,
        'is_deferrable', coalesce(k.condeferrable, false),
        'is_initially_deferred', coalesce(k.condeferred, false),
        'is_valid', i.indisvalid,
        'is_bypassed', coalesce(not leak.operators, true) or leak.expression,
        'needed_by', coalesce((
            select pg_catalog.json_agg(needing.what order by needing.what collate "C")
            from (
                select distinct pg_catalog.pg_describe_object(d.classid, d.objid, 0) as what
                from pg_catalog.pg_depend as d
                where d.deptype = 'n'
                    and (d.refclassid = 'pg_catalog.pg_constraint'::regclass and d.refobjid = k.oid
                        or d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = i.indexrelid)
                    and not exists (
                        select from pg_catalog.pg_constraint as f
                        where d.classid = 'pg_catalog.pg_constraint'::regclass and f.oid = d.objid and f.contype = 'f')
                    and not exists (
                        select from pg_catalog.pg_rewrite as r
                        join pg_catalog.pg_class as v on v.oid = r.ev_class and v.relkind in ('v', 'm')
                        where d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid)
            ) as needing), '[]'),
        'scans', pg_catalog.pg_stat_get_numscans(i.indexrelid)
    ) order by x.relname) as list
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as x on x.oid = i.indexrelid
    join pg_catalog.pg_am as m on m.oid = x.relam
    left join pg_catalog.pg_constraint as k
        on k.conindid = i.indexrelid and k.conrelid = c.oid and k.contype in ('p', 'u', 'x')
    cross join lateral (
        select (i.indkey::smallint[])[0 : i.indnkeyatts - 1] as numbers
    ) as keys
    cross join lateral (
        select
            -- Of an ordered or hashed index, equality; of any other, whatever operator would use it.
            (select pg_catalog.bool_and(p.proleakproof)
                from pg_catalog.pg_opclass as o
                join pg_catalog.pg_amop as s on s.amopfamily = o.opcfamily and s.amoppurpose = 's'
                    and s.amoplefttype = o.opcintype
                    and case m.amname
                        when 'btree' then s.amopstrategy = 3 and s.amoprighttype = o.opcintype
                        when 'hash' then s.amopstrategy = 1 and s.amoprighttype = o.opcintype
                        else true end
                join pg_catalog.pg_operator as operator on operator.oid = s.amopopr
                join pg_catalog.pg_proc as p on p.oid = operator.oprcode
                where o.oid = i.indclass[0]) as operators,
            -- A function in an expression shows its argument as well as an operator does. The stored form of the
            -- expressions names each function by its number, and nowhere else does the catalog say which they call.
            i.indkey[0] = 0 and exists (
                select from pg_catalog.regexp_matches(
                    i.indexprs::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') as found (numbers)
                join pg_catalog.pg_proc as p on p.oid = found.numbers[1]::oid
                where not p.proleakproof) as expression
    ) as leak
    where i.indrelid = c.oid
) as indexes
cross join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_object(
        'name', k.conname,
        'columns', (
            select pg_catalog.json_agg(a.attname order by u.place)
            from pg_catalog.unnest(k.conkey) with ordinality as u (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number),
        'parent', pg_catalog.format('%I.%I', pn.nspname, p.relname),
        'parent_columns', (
            select pg_catalog.json_agg(a.attname order by u.place)
            from pg_catalog.unnest(k.confkey) with ordinality as u (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = u.number),
        'on_delete', reaction.words -> k.confdeltype::text,
        'set_columns', coalesce((
            select pg_catalog.json_agg(a.attname order by u.place)
            from pg_catalog.unnest(k.confdelsetcols) with ordinality as u (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number), '[]'),
        'on_update', reaction.words -> k.confupdtype::text,
        'is_match_full', k.confmatchtype = 'f',
        'is_deferrable', k.condeferrable,
        'is_initially_deferred', k.condeferred,
        'is_validated', k.convalidated,
        'definition', pg_catalog.pg_get_constraintdef(k.oid)
    ) order by k.conname) as list
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_class as p on p.oid = k.confrelid
    join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
    cross join (values (
        '{"a": "no-action", "r": "restrict", "c": "cascade", "n": "set-null", "d": "set-default"}'::json
    )) as reaction (words)
    -- A foreign key of or to a partitioned table has a copy for each partition, which only follows it.
    where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0
) as foreign_keys
cross join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_object(
        'name', t.tgname,
        'function', t.tgfoid::regprocedure::text,
        'is_definer', p.prosecdef,
        -- A trigger on certain columns fires when a statement sets one of them, and no other column is set by ours.
        'fires_for_replicas', t.tgenabled in ('A', 'R') and t.tgtype & 16 <> 0
            and pg_catalog.cardinality(t.tgattr::smallint[]) = 0
    ) order by t.tgname) as list
    from pg_catalog.pg_trigger as t
    join pg_catalog.pg_proc as p on p.oid = t.tgfoid
    where t.tgrelid = c.oid and not t.tgisinternal and t.tgparentid = 0
) as triggers
where c.relkind in ('r', 'p', 'f')
    and c.relpersistence <> 't'
    and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'tenantry', 'tenantry_private', 'tenantry_history', 'tenantry_adopt')
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname collate "C", c.relname collate "C"
