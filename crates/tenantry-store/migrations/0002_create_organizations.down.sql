drop function tenantry.claim_slug(text);
drop function tenantry.membership_of(uuid, uuid);
drop function tenantry.memberships_of(uuid);
revoke insert on tenantry.audit_events from tenantry_platform;
drop table tenantry.memberships;
drop table tenantry.organization_slugs;
drop table tenantry.organizations;
revoke usage on schema tenantry from tenantry_directory, tenantry_definer;
