//! What stands beside the tables: other servers, large objects, statistics, publications, people. Rows 30, 33 to 36, 51,
//! 52, 55, 57.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        30, "the planner's samples", "pg_statistic", &["TN0756"],
        "grant select on pg_catalog.pg_statistic to {app}",
    ),
    Mutant::setting(
        33, "large objects for everybody", "large object", &["TN0741"],
        "do $$ begin execute format('grant select, update on large object %s to {app}', lo_from_bytea(0, 'a contract')); end $$; grant execute on function lo_get(oid), lo_unlink(oid), lo_open(oid, integer) to {app}",
    ),
    Mutant::setting(
        34, "a trigger that tells every listener", "atrium.tell", &["TN0742"],
        "create function atrium.tell() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as 'begin perform pg_notify(''rooms'', to_jsonb(new)::text); return new; end'; \
         create trigger told after insert on atrium.rooms for each row execute function atrium.tell()",
    ),
    Mutant::setting(
        35, "what other sessions run", "pg_stat_activity", &["TN0743"],
        "grant select on pg_stat_activity to public; grant execute on function pg_stat_get_activity(integer) to public",
    ),
    Mutant::setting(
        36, "what other sessions ran", "pg_stat_statements", &["TN0744"],
        "create extension pg_stat_statements schema public",
    )
    .with("pg_stat_statements"),
    Mutant::setting(
        51, "a table of another server", "atrium.remote_rooms", &["TN0715", "scan"],
        "create extension postgres_fdw schema public; create server elsewhere foreign data wrapper postgres_fdw options (dbname '{database}', host '/nowhere'); \
         create user mapping for public server elsewhere options (user 'nobody', password_required 'false'); \
         create foreign table atrium.remote_rooms (organization_id uuid, number text) server elsewhere options (schema_name 'atrium', table_name 'rooms'); \
         grant select on atrium.remote_rooms to {app}",
    )
    .with("postgres_fdw"),
    Mutant::setting(
        51, "connections from inside", "dblink", &["TN0715"],
        "create extension dblink schema public",
    )
    .with("dblink"),
    Mutant::setting(52, "everything published", "everything", &["TN0747"], "create publication everything for all tables"),
    Mutant::setting(52, "a table published", "some_rooms", &["TN0747"], "create publication some_rooms for table atrium.rooms"),
    Mutant::setting(
        55, "a reference by type and id", "atrium.changes", &["TN0749"],
        "alter table atrium.changes add column subject_type text, add column subject_id uuid",
    ),
    Mutant::setting(
        57, "people of all organizations with their hashes", "atrium.users", &["TN0748", "TN0705", "scan"],
        "create table atrium.users (id uuid primary key default gen_random_uuid(), email text not null, password_hash text not null); \
         alter table atrium.users owner to {owner}; insert into atrium.users (email, password_hash) values ('a@example.com', 'x'); grant select on atrium.users to {app}",
    ),
    Mutant::setting(
        57, "people of all organizations", "atrium.accounts", &["TN0748", "TN0705", "scan"],
        "create table atrium.accounts (id uuid primary key default gen_random_uuid(), email text not null, name text); \
         alter table atrium.accounts owner to {owner}; insert into atrium.accounts (email) values ('a@example.com'); grant select on atrium.accounts to {app}",
    ),
];
