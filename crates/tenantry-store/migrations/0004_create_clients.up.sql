-- The customers of an organization. Deleted ones wait for the sweep, and can be restored until then.
create table tenantry.clients (
    organization_id uuid not null constraint clients_organization_id_fkey references tenantry.organizations (organization_id) on delete cascade,
    id              uuid not null,
    name            text not null check (length(name) between 1 and 120),
    metadata        jsonb not null default '{}' constraint clients_metadata_check check (jsonb_typeof(metadata) = 'object'),
    created_by      text not null,
    created_at      timestamptz not null default statement_timestamp(),
    updated_at      timestamptz not null default statement_timestamp(),
    deleted_at      timestamptz,
    constraint clients_pkey primary key (organization_id, id)
);
create index clients_organization_id_created_at_idx on tenantry.clients (organization_id, created_at desc, id desc) where deleted_at is null;
create index clients_organization_id_deleted_at_idx on tenantry.clients (organization_id, created_at desc, id desc) where deleted_at is not null;
select tenantry.protect('tenantry.clients', 'select, insert, update');
revoke insert, update on tenantry.clients from tenantry_app;
grant insert (organization_id, id, name, metadata, created_by), update (name, metadata, deleted_at) on tenantry.clients to tenantry_app;
