-- A setting that is stored for the role or the database holds from the first statement of every connection.
, asked as (
    -- What policies call, and what that calls.
    select function.oid, function.body, function.lowered
      from function
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
                                 and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid = function.oid
    union
    select function.oid, function.body, function.lowered
      from asked
      join function on pg_catalog.strpos(asked.lowered, pg_catalog.lower(function.proname)) > 0
                   and asked.body ~* ('(^|[^[:alnum:]_$])"?' || pg_catalog.regexp_replace(function.proname, '([^[:alnum:]_])', '\\\1', 'g') || '"?\s*\(')
), consulted as (
    -- The settings that policies read, in their own text or in that of a function of theirs.
    select distinct pg_catalog.lower(hit.words[1]) as name
      from (select pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) as text
              from pg_catalog.pg_policy p
             union all
            select asked.body from asked) as source
     cross join lateral pg_catalog.regexp_matches(source.text, 'current_setting\s*\(\s*''([[:alnum:]_]+\.[[:alnum:]_.]+)''', 'gi') as hit (words)
), stored as (
    select s.setrole, s.setdatabase, r.rolname, d.datname,
           pg_catalog.lower(pg_catalog.split_part(raw.text, '=', 1)) as name,
           pg_catalog.substr(raw.text, pg_catalog.strpos(raw.text, '=') + 1) as value
      from pg_catalog.pg_db_role_setting s
     cross join lateral pg_catalog.unnest(s.setconfig) as raw (text)
      left join pg_catalog.pg_roles r on r.oid = s.setrole
      left join pg_catalog.pg_database d on d.oid = s.setdatabase
     cross join app
     where s.setrole in (0, app.oid) and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
)
select case when stored.setrole <> 0 then pg_catalog.format('%I', stored.rolname) else pg_catalog.format('database %I', stored.datname) end as object,
       -- What a policy reads may be a secret, and this goes into reports: only PostgreSQL's own settings are shown with their value.
       pg_catalog.format('%s is set%s for every connection of %s', stored.name,
           case when stored.name in ('row_security', 'role', 'search_path') then pg_catalog.format(' to %s', pg_catalog.quote_literal(stored.value)) end,
           case when stored.setrole <> 0 then pg_catalog.format('role %I', stored.rolname) else pg_catalog.format('database %I', stored.datname) end) as title,
       case when stored.name = 'row_security' then 'With row_security off every statement on a table with policies fails, and a role that may pass by them does so without a word.'
            when stored.name = 'role' then 'Every connection becomes another role before its first statement, so the role that was examined is not the one that works.'
            when stored.name = 'search_path' then 'Temporary tables come before real ones of the same name.'
            else 'Policies read this setting, so a connection that has entered no organization is already in one, or is excused.' end as cause,
       pg_catalog.format('alter %s reset %s;',
           case when stored.setrole = 0 then pg_catalog.format('database %I', stored.datname)
                when stored.setdatabase = 0 then pg_catalog.format('role %I', stored.rolname)
                else pg_catalog.format('role %I in database %I', stored.rolname, stored.datname) end,
           (select pg_catalog.string_agg(pg_catalog.quote_ident(part.word), '.' order by part.place)
              from pg_catalog.unnest(pg_catalog.string_to_array(stored.name, '.')) with ordinality as part (word, place))) as fix,
       'none; it holds for connections that are made afterwards' as lock,
       'warning' as severity
  from stored
 where stored.name = 'row_security' and pg_catalog.lower(stored.value) in ('off', 'false', 'no', '0')
    or stored.name = 'role' and pg_catalog.lower(stored.value) <> 'none'
    or stored.name = 'search_path' and stored.value ~ '^\s*"?pg_temp'
    or stored.name in (select consulted.name from consulted)
       and pg_catalog.lower(stored.value) not in ('', '0', 'none', 'null', 'off', 'false', 'no', '00000000-0000-0000-0000-000000000000')
 order by 1, 2
