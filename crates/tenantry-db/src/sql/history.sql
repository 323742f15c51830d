-- Which migrations this database has. Made before anything else, in the schema of whoever migrates.
create schema if not exists tenantry_history;
revoke all on schema tenantry_history from public;
create table if not exists tenantry_history.migrations (
    position   int generated always as identity primary key,
    component  text not null,
    version    int not null,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default statement_timestamp(),
    unique (component, version)
);
