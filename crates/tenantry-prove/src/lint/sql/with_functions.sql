-- What the lints of functions start from. A body is text: what it touches is what it names after FROM, JOIN, INTO,
-- UPDATE, USING or TRUNCATE, comments taken away. A body that reads a setting of the application, or calls a function that does,
-- is bound to the context as far as can be seen.
, raw as (
    select p.oid, p.proname, n.nspname, pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as name,
           case p.prokind when 'p' then 'procedure' else 'function' end as word,
           p.prosecdef as is_definer, p.proleakproof as is_leakproof, p.proowner as owner, o.rolname as owner_name,
           o.rolsuper or o.rolbypassrls as is_owner_above,
           case when o.rolsuper then 'a superuser' when o.rolbypassrls then 'a role with BYPASSRLS' end as owner_kind,
           (select pg_catalog.substr(setting, 13) from pg_catalog.unnest(p.proconfig) as setting where setting like 'search\_path=%') as path,
           p.prosqlbody is not null as is_bound_at_creation, l.lanname as language,
           p.prorettype in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype) as is_trigger,
           p.pronargs as arguments, p.prorettype = 'pg_catalog.bool'::pg_catalog.regtype as is_question,
           pg_catalog.regexp_replace(pg_catalog.regexp_replace(
               coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc), '/\*.*?\*/', ' ', 'g'), '--[^\n]*', ' ', 'g') as body,
           exists (select from acting
                    where pg_catalog.has_function_privilege(acting.oid, p.oid, 'execute')
                      and pg_catalog.has_schema_privilege(acting.oid, n.oid, 'usage')) as is_callable,
           (select pg_catalog.string_agg(distinct grantee.name, ', ')
              from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as entry
              join grantee on grantee.oid = entry.grantee) as granted_to
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      join pg_catalog.pg_roles o on o.oid = p.proowner
      join pg_catalog.pg_language l on l.oid = p.prolang
     where p.prokind in ('f', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
), function as materialized (
    select raw.*, pg_catalog.lower(raw.body) as lowered from raw
), reads as (
    -- A table, and every view over it.
    select classified.oid as relation, classified.oid as source from classified
    union
    select r.ev_class, reads.source
      from reads
      join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = reads.relation
                                 and d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      join pg_catalog.pg_rewrite r on r.oid = d.objid
     where r.ev_class <> reads.relation
), named as materialized (
    select reads.relation, reads.source, pg_catalog.lower(c.relname) as lowered,
           pg_catalog.format('("?%s"?\s*\.\s*)?"?%s"?(?![[:alnum:]_$"])',
               pg_catalog.regexp_replace(n.nspname, '([^[:alnum:]_])', '\\\1', 'g'),
               pg_catalog.regexp_replace(c.relname, '([^[:alnum:]_])', '\\\1', 'g')) as pattern
      from reads
      join pg_catalog.pg_class c on c.oid = reads.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
), touched as materialized (
    select distinct function.oid as function, source.oid as source, source.name, source.class,
           function.is_owner_above
           or (source.relrowsecurity and not source.relforcerowsecurity and pg_catalog.pg_has_role(function.owner, source.relowner, 'usage')) as is_passed
      from function
      join named on pg_catalog.strpos(function.lowered, named.lowered) > 0
                and function.body ~* ('\m(from|join|into|update|using|only|table|truncate)\s+' || named.pattern)
      join classified as source on source.oid = named.source
), bound as (
    select function.oid, function.proname, pg_catalog.lower(function.proname) as lowered from function
     where function.body ~* 'current_setting\s*\(\s*(''[^'']*\.|[^''])|\mauth"?\.(uid|jwt|role|email|user_id|org_id|session)\s*\(|\msession_user\M'
    union
    select function.oid, function.proname, pg_catalog.lower(function.proname)
      from bound
      join function on pg_catalog.strpos(function.lowered, bound.lowered) > 0
                   and function.body ~* ('(^|[^[:alnum:]_$])"?' || pg_catalog.regexp_replace(bound.proname, '([^[:alnum:]_])', '\\\1', 'g') || '"?\s*\(')
), identity_argument as (
    -- An argument that says whose rows are meant.
    select p.oid as function, pg_catalog.string_agg(argument.name, ', ' order by argument.place) as names
      from pg_catalog.pg_proc p
      join function on function.oid = p.oid
     cross join lateral pg_catalog.unnest(p.proargnames) with ordinality as argument (name, place)
     where coalesce(p.proargmodes[argument.place], 'i') in ('i', 'b', 'v')
       and (argument.name ~* '^_*((p|in|arg|a|i|v|par|param|the|target|new|for|other|to|from)_+)?(organi[sz]ation|org|tenant|account|workspace|team|company|customer|user|member|owner|actor|person|e_?mail)_*(id|uuid|slug|key|address)?$'
            or exists (select from tenant where tenant.class = 'direct' and tenant.tenant_column = argument.name))
     group by p.oid
)
