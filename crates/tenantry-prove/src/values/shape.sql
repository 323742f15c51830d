with recursive reached (oid) as (
    select attribute.atttypid
    from pg_catalog.pg_attribute as attribute
    where attribute.attrelid = $1::oid and attribute.attnum > 0 and not attribute.attisdropped
    union
    select edge.target
    from reached
    cross join lateral (
        select type.typbasetype from pg_catalog.pg_type as type where type.oid = reached.oid
        union all
        select type.typelem from pg_catalog.pg_type as type where type.oid = reached.oid and type.typcategory = 'A'
        union all
        select attribute.atttypid
        from pg_catalog.pg_type as type
        join pg_catalog.pg_attribute as attribute on attribute.attrelid = type.typrelid
        where type.oid = reached.oid and type.typtype = 'c' and attribute.attnum > 0 and not attribute.attisdropped
        union all
        select range.rngsubtype from pg_catalog.pg_range as range where reached.oid in (range.rngtypid, range.rngmultitypid)
    ) as edge (target)
    where edge.target <> 0
)
select json_build_object(
    'types', (
        select json_agg(json_build_object(
            'oid', type.oid::bigint,
            'name', type.typname,
            'kind', type.typtype,
            'is_array', type.typcategory = 'A',
            'element', type.typelem::bigint,
            'base', type.typbasetype::bigint,
            'modifier', type.typtypmod,
            'is_not_null', type.typnotnull,
            'labels', (
                select coalesce(json_agg(label.enumlabel order by label.enumsortorder), '[]'::json)
                from pg_catalog.pg_enum as label where label.enumtypid = type.oid
            ),
            'attributes', (
                select coalesce(json_agg(json_build_object('type', attribute.atttypid::bigint, 'modifier', attribute.atttypmod)
                    order by attribute.attnum), '[]'::json)
                from pg_catalog.pg_attribute as attribute
                where type.typtype = 'c' and attribute.attrelid = type.typrelid and attribute.attnum > 0
                    and not attribute.attisdropped
            ),
            'subtype', (
                select range.rngsubtype::bigint from pg_catalog.pg_range as range
                where type.oid in (range.rngtypid, range.rngmultitypid)
            ),
            'checks', (
                select coalesce(json_agg(pg_catalog.pg_get_constraintdef(domain_check.oid)), '[]'::json)
                from pg_catalog.pg_constraint as domain_check where domain_check.contypid = type.oid
            )
        ))
        from reached join pg_catalog.pg_type as type on type.oid = reached.oid
    ),
    'columns', (
        select coalesce(json_agg(json_build_object(
            'name', attribute.attname,
            'type_oid', attribute.atttypid::bigint,
            'modifier', attribute.atttypmod,
            'type_name', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
            'is_not_null', attribute.attnotnull,
            'is_identity', attribute.attidentity <> '',
            'is_generated', attribute.attgenerated <> '',
            'default', pg_catalog.pg_get_expr(preset.adbin, preset.adrelid),
            'is_unique', exists (
                select from pg_catalog.pg_index as index
                where index.indrelid = $1 and (index.indisunique or index.indisexclusion)
                    and attribute.attnum = any ((index.indkey::int2[])[0:index.indnkeyatts - 1])
            ),
            'is_null_unique', exists (
                select from pg_catalog.pg_index as index
                where index.indrelid = $1 and index.indnullsnotdistinct
                    and attribute.attnum = any ((index.indkey::int2[])[0:index.indnkeyatts - 1])
            ),
            'is_reference', exists (
                select from pg_catalog.pg_constraint as reference
                where reference.conrelid = $1 and reference.contype = 'f' and attribute.attnum = any (reference.conkey)
            )
        ) order by attribute.attnum), '[]'::json)
        from pg_catalog.pg_attribute as attribute
        left join pg_catalog.pg_attrdef as preset on preset.adrelid = $1 and preset.adnum = attribute.attnum
        where attribute.attrelid = $1 and attribute.attnum > 0 and not attribute.attisdropped
    ),
    'checks', (
        select coalesce(json_agg(json_build_object(
            'name', table_check.conname,
            'expression', pg_catalog.pg_get_expr(table_check.conbin, $1),
            'is_of_the_whole_row', coalesce((select min(key.number) from unnest(table_check.conkey) as key (number)) <= 0, false),
            'columns', (
                select coalesce(json_agg(attribute.attname), '[]'::json)
                from pg_catalog.pg_attribute as attribute
                where attribute.attrelid = $1 and attribute.attnum = any (table_check.conkey) and attribute.attnum > 0
            )
        ) order by table_check.conname), '[]'::json)
        from pg_catalog.pg_constraint as table_check
        where table_check.conrelid = $1 and table_check.contype = 'c'
    ),
    'unique_expressions', (
        select coalesce(json_agg(pg_catalog.pg_get_expr(index.indexprs, $1)), '[]'::json)
        from pg_catalog.pg_index as index
        where index.indrelid = $1 and (index.indisunique or index.indisexclusion) and index.indexprs is not null
    ),
    'is_partitioned', relation.relkind = 'p',
    'bound', pg_catalog.pg_get_partition_constraintdef($1),
    'leaf_bounds', (
        select coalesce(json_agg(pg_catalog.pg_get_partition_constraintdef(leaf.relid)), '[]'::json)
        from (
            select tree.relid from pg_catalog.pg_partition_tree($1) as tree
            where tree.isleaf and relation.relkind = 'p' and tree.relid <> $1
            order by tree.relid limit 1000
        ) as leaf
    )
)::text
from pg_catalog.pg_class as relation
where relation.oid = $1
