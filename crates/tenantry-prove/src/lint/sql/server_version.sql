-- Versions of the server with holes in what keeps rows apart.
, server (version, name) as (
    select pg_catalog.current_setting('server_version_num')::int, pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1)
), wanted (major, least, name) as (
    values (15, 150014, '15.14'), (16, 160010, '16.10'), (17, 170006, '17.6')
)
select 'server_version' as object,
       pg_catalog.format('PostgreSQL %s is too old to keep rows apart', s.name) as title,
       case when s.version < 150000 then 'Views cannot run with the rights of their caller before PostgreSQL 15, and nothing here is tested with older servers.'
            else 'The planner''s statistics can show values of rows that row security hides (CVE-2025-8713).' end as cause,
       pg_catalog.format('decide: update the server to PostgreSQL %s or newer.', coalesce(w.name, '15.14')) as fix,
       'the server restarts; no data changes' as lock,
       'warning' as severity
  from server s
  left join wanted w on w.major = s.version / 10000
 where s.version < 150000 or s.version < w.least
