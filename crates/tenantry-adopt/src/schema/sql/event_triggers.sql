-- One row an event trigger that fires for an ordinary session when a table is changed: the members of `EventTrigger` as JSON.
select pg_catalog.json_build_object(
    'name', e.evtname,
    'event', e.evtevent,
    'commands', coalesce(pg_catalog.to_json(e.evttags), '[]'),
    'function', e.evtfoid::regprocedure::text)::text
from pg_catalog.pg_event_trigger as e
where e.evtenabled in ('O', 'A')
    and e.evtevent in ('ddl_command_start', 'ddl_command_end', 'sql_drop', 'table_rewrite')
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_event_trigger'::regclass and d.objid = e.oid and d.deptype = 'e')
order by e.evtname collate "C"
