drop table tenantry.signing_keys;
drop table tenantry.account_events;
drop table tenantry.refresh_tokens;
drop table tenantry.sessions;
drop table tenantry.users;
