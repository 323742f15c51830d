-- The ways past the door, which exist in the cluster of the benchmark only. The base without tenancy runs the very
-- same statements on the very same rows, so its logins pass by row security: the platform's, through which the server
-- code reaches the table in the base, and one for what is written by hand. Neither is ever made by Tenantry itself.
alter role tenantry_platform bypassrls;
grant select, insert, update, delete on public.documents to tenantry_platform;
grant select on tenantry.memberships to tenantry_platform;
create role bench_bare login bypassrls password 'bench_bare';
grant select, insert, update, delete on public.documents to bench_bare;
grant select, insert on tenantry.audit_events to bench_bare;
grant select on tenantry.memberships, tenantry.users, tenantry.sessions to bench_bare;

create schema bench;
grant usage on schema bench to tenantry_platform, bench_bare;
create table bench.api_keys (
    key_sha256      bytea not null,
    organization_id uuid not null,
    user_id         uuid not null
);
grant select on bench.api_keys to tenantry_platform, bench_bare;
