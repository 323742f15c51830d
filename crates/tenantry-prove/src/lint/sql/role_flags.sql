-- What passes by row security altogether, on the role itself or on a role that it can become.
, flaws as (
    select h.oid, h.name, h.by_way_of, h.way_out, flaw.word, flaw.cause, flaw.severity,
           case when flaw.remedy is null then null else pg_catalog.format('alter role %I %s;', h.name, flaw.remedy) end as remedy
      from held h
      join pg_catalog.pg_roles r on r.oid = h.oid
     cross join lateral (values
           (r.rolsuper, 'is a superuser', 'nosuperuser', 'leak',
            'A superuser passes by row security and every privilege.'),
           (r.rolbypassrls and not r.rolsuper, 'has BYPASSRLS', 'nobypassrls', 'leak',
            'Row security is not applied to such a role, forced or not.'),
           (r.rolreplication and not r.rolsuper, 'has REPLICATION', 'noreplication', 'leak',
            'A replication connection is sent every change of every organization, and row security does not filter it.'),
           (r.rolcreaterole and not r.rolsuper, 'has CREATEROLE', 'nocreaterole',
            case when pg_catalog.current_setting('server_version_num')::int < 160000 then 'leak' else 'warning' end,
            'It can make roles; before PostgreSQL 16 it can also give itself every role that is no superuser, such as the owner of the tables.'),
           (r.rolcreatedb and not r.rolsuper, 'has CREATEDB', 'nocreatedb', 'warning',
            'It can make databases, and copy one whose owner it is.'),
           (r.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'), 'reaches the files of the server', null, 'leak',
            'The files of the server hold the rows of every organization.'),
           (r.rolname in ('pg_read_all_data', 'pg_write_all_data'), 'reaches every table', null, 'warning',
            'Row security still holds, but views, materialized views and tables that nobody granted are within reach.'),
           (r.rolname in ('pg_monitor', 'pg_read_all_stats', 'pg_stat_scan_tables'), 'sees what other sessions run', null, 'warning',
            'Statements of other organizations, with the values in them, can be read in the statistics views.'),
           (r.rolname = 'pg_signal_backend', 'can end other sessions', null, 'warning',
            'The sessions of other organizations can be cancelled or ended.')
         ) as flaw (is_there, word, remedy, severity, cause)
     where flaw.is_there and (h.may_become or flaw.remedy is null)
)
select pg_catalog.quote_ident(f.name) as object,
       case when f.by_way_of is null then pg_catalog.format('role %s %s', f.name, f.word)
            else pg_catalog.format('role %s can become %s, which %s', $1::text, f.name, f.word) end as title,
       f.cause as cause,
       coalesce(pg_catalog.string_agg(distinct f.way_out, ' '), pg_catalog.min(f.remedy), 'decide: let the application connect as a role of its own') as fix,
       'none' as lock,
       f.severity
  from flaws f
 group by f.name, f.by_way_of is null, f.by_way_of, f.word, f.cause, f.severity
