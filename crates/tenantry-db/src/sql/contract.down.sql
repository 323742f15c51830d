-- Takes the contract back. The roles stay: they belong to the whole server, and other databases may use them.
drop schema tenantry cascade;
drop schema tenantry_private cascade;
grant execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) to public;
revoke execute on function pg_stat_get_activity(int) from pg_monitor;
grant execute on function pg_stat_get_activity(int) to public;
revoke execute on function pg_stat_get_backend_activity(int) from pg_monitor;
grant execute on function pg_stat_get_backend_activity(int) to public;
revoke select on pg_stat_activity from pg_monitor;
grant select on pg_stat_activity to public;
grant execute on function
    lo_create(oid), lo_creat(int), lo_open(oid, int), lo_get(oid), lo_get(oid, bigint, int), lo_put(oid, bigint, bytea),
    lo_from_bytea(oid, bytea), lo_unlink(oid)
    to public;
do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$;
