-- A setting that decides what a policy shows, and that the role can set as it likes. A function that checks a signature
-- before it believes the setting is not meant.
, calls (policy, polrelid, function, depth) as (
    select distinct j.oid, j.polrelid, called.ids[1]::oid, 0
      from judged j cross join lateral pg_catalog.regexp_matches(j.tree, ' :funcid (\d+)', 'g') as called (ids)
    union
    select c.policy, c.polrelid, g.oid, c.depth + 1
      from calls c
      join pg_catalog.pg_proc f on f.oid = c.function and f.oid >= 16384
      join pg_catalog.pg_proc g on g.oid >= 16384 and g.oid <> f.oid
       and coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc)
           ~ ('\m' || pg_catalog.regexp_replace(g.proname, '([^[:alnum:]_])', '\\\1', 'g') || '\s*\(')
     where c.depth < 3
), bodies as (
    select c.policy, c.polrelid, coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc) as source,
           f.prosecdef and coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc) ~* '\m(sha(224|256|384|512)|hmac|digest|verify\w*)\s*\(' as is_checked
      from calls c join pg_catalog.pg_proc f on f.oid = c.function
     where f.oid >= 16384
), settings (polrelid, setting) as (
    select j.polrelid, read.names[1]
      from judged j cross join lateral pg_catalog.regexp_matches(j.expression, 'current_setting\(''([^'']+)''', 'g') as read (names)
    union
    select b.polrelid, read.names[1]
      from bodies b cross join lateral pg_catalog.regexp_matches(b.source, 'current_setting\(\s*''([^'']+)''', 'gi') as read (names)
     where not exists (select from bodies c where c.policy = b.policy and c.is_checked)
)
select s.setting as object,
       pg_catalog.format('setting %s says who asks, and %s can set it itself', s.setting, $1::text) as title,
       pg_catalog.format('Policies of %s believe it. Whoever can run a statement of his own, through an injection for example, sets another organization and reads its rows: one select with set_config is enough.',
           case when pg_catalog.count(distinct t.name) > 3 then pg_catalog.format('%s tables', pg_catalog.count(distinct t.name))
                else pg_catalog.string_agg(distinct t.name, ', ') end) as cause,
       pg_catalog.format('decide: believe %s only with a signature over it that the role cannot make, checked in a security definer function, as the sealed context of Tenantry does; or accept that an injection crosses organizations.', s.setting) as fix,
       'none' as lock,
       'warning' as severity
  from settings s
  join tenants t on t.oid = s.polrelid
 -- A name without a dot is the server's own: only what any user may set can be forged.
 where s.setting like '%.%' or exists (select from pg_catalog.pg_settings p where p.name = s.setting and p.context = 'user')
 group by s.setting
