drop function tenantry.sweep(interval, int);
revoke delete on tenantry.usage_counts from tenantry_keeper;
revoke select, update, delete on tenantry.projects, tenantry.clients from tenantry_keeper;
revoke all on tenantry.organizations, tenantry.organization_slugs, tenantry.audit_events, tenantry.rate_windows from tenantry_keeper;
grant select (organization_id), update (deleted_at) on tenantry.organizations to tenantry_keeper;
drop table tenantry.setup_tokens;
drop table tenantry.operators;
drop table tenantry.account_idempotency_keys;
drop table tenantry.idempotency_keys;
