-- A distributed table is guarded by the policies of its shards, which need not be those that the coordinator shows.
-- Nothing here names a thing of Citus outside a text, so the statement finds nothing without it and runs all the same.
, command as (
    select 'select pg_catalog.concat_ws(''; '', case when c.relrowsecurity then ''row security on'' else ''row security off'' end,'
        || ' case when c.relforcerowsecurity then ''forced'' else ''not forced'' end,'
        || ' (select pg_catalog.string_agg(pg_catalog.concat_ws('' '', p.polname, case when p.polpermissive then ''permissive'' else ''restrictive'' end, p.polcmd::pg_catalog.text,'
        || ' ''using'', pg_catalog.pg_get_expr(p.polqual, p.polrelid), ''check'', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), ''; '' order by p.polname)'
        || ' from pg_catalog.pg_policy p where p.polrelid = c.oid)) as guard'
        || ' from pg_catalog.pg_class c where c.oid = ' as text
), asked as (
    select tenant.name,
           pg_catalog.query_to_xml(pg_catalog.format('%s%L::pg_catalog.regclass', command.text, tenant.name), false, false, '') as own,
           pg_catalog.query_to_xml(pg_catalog.format(
               'select shard.shardid::pg_catalog.text as number, shard.success::pg_catalog.text as success, shard.result::pg_catalog.text as guard'
               ' from pg_catalog.pg_dist_partition d cross join lateral run_command_on_shards(d.logicalrelid, %L) as shard'
               ' where d.logicalrelid::pg_catalog.oid = %s',
               command.text || '''%s''::pg_catalog.regclass', tenant.oid), false, false, '') as answers
      from tenant cross join command
     where case when pg_catalog.to_regclass('pg_catalog.pg_dist_partition') is null then false
                else exists (select from pg_catalog.pg_proc p where p.proname = 'run_command_on_shards') end
), shard as (
    select asked.name, own.guard as own, answer.number, answer.success, answer.guard
      from asked
     cross join lateral xmltable('/table/row' passing asked.own columns guard pg_catalog.text path 'guard') as own
     cross join lateral xmltable('/table/row' passing asked.answers
           columns number pg_catalog.text path 'number', success pg_catalog.text path 'success', guard pg_catalog.text path 'guard') as answer
)
select shard.name as object,
       case when pg_catalog.bool_and(shard.success = 'true') then pg_catalog.format('%s of the shards of %s are not guarded as the coordinator shows', pg_catalog.count(*), shard.name)
            else pg_catalog.format('shards of %s could not be asked for their policies', shard.name) end as title,
       pg_catalog.format('The coordinator has "%s", shard %s has "%s".', pg_catalog.min(shard.own), pg_catalog.min(shard.number),
           coalesce(pg_catalog.min(shard.guard), 'no answer')) as cause,
       pg_catalog.format('decide: on Citus let one PERMISSIVE policy be the only one on %s, with the function called bare in it, and make it anew on the coordinator', shard.name) as fix,
       'ACCESS EXCLUSIVE on the table and its shards for an instant' as lock,
       case when pg_catalog.bool_and(shard.success = 'true') then 'leak' else 'warning' end as severity
  from shard
 where shard.success <> 'true' or shard.guard is distinct from shard.own
 group by shard.name
 order by 1
