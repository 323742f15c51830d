-- What a dump of the schema shows, a line an object.
select string_agg(line, e'\n' order by line) from (
    select format('column %s.%s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid)) as line
      from pg_attribute join pg_class c on c.oid = attrelid and relkind in ('r', 'p')
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where attnum > 0 and not attisdropped and relnamespace = 'public'::regnamespace
    union all
    select format('constraint %s %s %s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated,
                  conindid::regclass, obj_description(oid, 'pg_constraint'))
      from pg_constraint where connamespace = 'public'::regnamespace and (conparentid = 0 or contype <> 'f')
    union all
    select format('index %s %s %s %s %s', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident,
                  obj_description(indexrelid, 'pg_class'))
      from pg_index join pg_class c on c.oid = indexrelid where relnamespace = 'public'::regnamespace
    union all
    select format('hangs %s %s', inhrelid::regclass, inhparent::regclass) from pg_inherits
    union all
    select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all
    select format('relation %s %s', oid::regclass, relreplident)
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    union all
    select format('function %s %s', oid::regprocedure, prosrc) from pg_proc where pronamespace = 'tenantry_adopt'::regnamespace
) as lines
