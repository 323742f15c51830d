-- A definer function uses the names that its caller puts in the way, unless its search_path is fixed and closed.
, element as (
    select function.oid, case part when '$user' then function.owner_name else part end as schema, place
      from function
     cross join lateral pg_catalog.unnest(pg_catalog.string_to_array(function.path, ',')) with ordinality as raw (text, place)
     cross join lateral (select pg_catalog.btrim(raw.text, ' "''') as part) as trimmed
     where part <> ''
), open_schema as (
    select n.nspname, (select pg_catalog.string_agg(distinct grantee.name, ', ')
                         from pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) as entry
                         join grantee on grantee.oid = entry.grantee where entry.privilege_type = 'CREATE') as granted_to
      from pg_catalog.pg_namespace n
     where n.nspname !~ '^pg_' and exists (select from acting where pg_catalog.has_schema_privilege(acting.oid, n.oid, 'create'))
), unqualified as (
    select distinct function.oid, n.nspname
      from function
     cross join lateral pg_catalog.regexp_matches(function.body,
           '\m(?:from|join|into|update|using|only)\s+"?([[:alpha:]_][[:alnum:]_$]*)"?(?!\s*\.|[[:alnum:]_$"])', 'gi') as hit (words)
      join pg_catalog.pg_class c on pg_catalog.lower(c.relname) = pg_catalog.lower(hit.words[1]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
     where function.is_definer
), seen as (
    select function.*,
           exists (select from acting where pg_catalog.has_database_privilege(acting.oid, pg_catalog.current_database(), 'temporary'))
               and exists (select from unqualified where unqualified.oid = function.oid)
               and not exists (select from element where element.oid = function.oid and element.schema = 'pg_temp') as is_temporary_first,
           function.path is not null and exists (select from element join open_schema on open_schema.nspname = element.schema where element.oid = function.oid) as is_path_open,
           exists (select from open_schema)
               or exists (select from acting where pg_catalog.has_database_privilege(acting.oid, pg_catalog.current_database(), 'create')) as may_create,
           function.is_owner_above
               or exists (select from tenant where not tenant.relforcerowsecurity and pg_catalog.pg_has_role(function.owner, tenant.relowner, 'usage')) as is_worth_it,
           -- What the function needs to find, in the order in which it is looked for.
           coalesce((select pg_catalog.string_agg(pg_catalog.format('%I', element.schema), ', ' order by element.place)
                       from element where element.oid = function.oid and element.schema <> 'pg_temp'),
                    pg_catalog.concat_ws(', ', 'pg_catalog', pg_catalog.format('%I', function.nspname),
                       (select pg_catalog.string_agg(distinct pg_catalog.format('%I', unqualified.nspname), ', ')
                          from unqualified where unqualified.oid = function.oid and unqualified.nspname <> function.nspname))) as wanted
      from function
     where function.is_definer and not function.is_bound_at_creation and function.language not in ('c', 'internal')
       and (function.is_callable and not function.is_trigger
            or exists (select from pg_catalog.pg_trigger g join acting on pg_catalog.has_table_privilege(acting.oid, g.tgrelid, 'insert, update, delete')
                        where g.tgfoid = function.oid))
)
select seen.name as object,
       pg_catalog.format(case when seen.path is null then '%s %s runs as %I without a fixed search_path'
                              when seen.is_path_open then '%s %s runs as %I and looks in a schema where its caller may create'
                              else '%s %s runs as %I and looks among temporary tables first' end, seen.word, seen.name, seen.owner_name) as title,
       case when seen.path is null then 'It is SECURITY DEFINER, and the caller''s search_path decides which tables, functions and operators its body means. '
            when seen.is_path_open then pg_catalog.format('Its search_path is %s, and %I may create functions and operators there that it then calls. ', seen.path, app.rolname)
            else pg_catalog.format('Its search_path is %s without pg_temp, so temporary tables and views of the same name come first, and %I may create them. ', seen.path, app.rolname) end
       || pg_catalog.format('What is put in the way runs with the rights of %I.', seen.owner_name) as cause,
       pg_catalog.format('alter %s %s set search_path = %s, pg_temp;', seen.word, seen.name, seen.wanted)
       || coalesce((select pg_catalog.string_agg(pg_catalog.format(E'\nrevoke create on schema %I from %s;', open_schema.nspname, open_schema.granted_to), '')
                      from open_schema
                     where open_schema.nspname = any (pg_catalog.string_to_array(seen.wanted, ', ')) or pg_catalog.quote_ident(open_schema.nspname) = any (pg_catalog.string_to_array(seen.wanted, ', '))), '') as fix,
       'none; calls that already run go on' as lock,
       case when seen.is_worth_it and (seen.is_path_open or seen.is_temporary_first or seen.path is null and seen.may_create) then 'leak' else 'warning' end as severity
  from seen cross join app
 where not app.rolsuper and (seen.path is null or seen.is_path_open or seen.is_temporary_first)
 order by 1
