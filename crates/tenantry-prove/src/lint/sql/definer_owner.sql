-- A function that runs as somebody whom row security does not hold reads and writes as if there were none.
, seen as (
    select function.*, identity_argument.names as identity_names,
           exists (select from bound where bound.oid = function.oid) as is_bound,
           (select pg_catalog.string_agg(distinct touched.name, ', ') from touched join tenant on tenant.oid = touched.source
             where touched.function = function.oid and touched.is_passed) as passed
      from function
      left join identity_argument on identity_argument.function = function.oid
)
select seen.name as object,
       pg_catalog.format('%s %s runs as %I, whom row security does not hold', seen.word, seen.name, seen.owner_name) as title,
       pg_catalog.format('It is SECURITY DEFINER, its owner %I is %s, and %I may call it. ', seen.owner_name,
           coalesce(seen.owner_kind, 'the owner of tables whose row security is not forced'), app.rolname)
       || case when seen.passed is null and seen.body ~* '\mexecute\M' then 'It builds statements while it runs, so what they reach cannot be read from it.'
               when seen.passed is null then 'It names no table of an organization, as far as can be read, but whatever it reaches it reaches as its owner.'
               when seen.is_bound then pg_catalog.format('It names %s and reads the context, so only its own conditions keep the organizations apart.', seen.passed)
               else pg_catalog.format('It names %s and reads no context, so nothing keeps it to the caller''s organization.', seen.passed) end
       || coalesce(' It believes its caller about ' || seen.identity_names || '.', '')
       || ' Where the application needs it, give it to a role that owns no table and has neither SUPERUSER nor BYPASSRLS instead.' as cause,
       pg_catalog.format('revoke execute on %s %s from %s;', seen.word, seen.name, seen.granted_to) as fix,
       'none; calls that already run go on' as lock,
       case when seen.passed is not null and not seen.is_bound then 'leak'
            when seen.body ~* '\mexecute\M' and seen.identity_names is not null and not seen.is_bound then 'leak'
            else 'warning' end as severity
  from seen cross join app
 where seen.is_definer and seen.is_callable and not seen.is_trigger and not app.rolsuper
   and (seen.is_owner_above or seen.passed is not null)
 order by 1
