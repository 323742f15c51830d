create table tenantry.projects (
    organization_id uuid not null constraint projects_organization_id_fkey references tenantry.organizations (organization_id) on delete cascade,
    id              uuid not null,
    slug            text not null check (length(slug) between 2 and 48),
    name            text not null check (length(name) between 1 and 120),
    description     text not null default '' check (length(description) <= 4000),
    created_by      text not null,
    created_at      timestamptz not null default statement_timestamp(),
    updated_at      timestamptz not null default statement_timestamp(),
    constraint projects_pkey primary key (organization_id, id),
    constraint projects_organization_id_slug_key unique (organization_id, slug)
);
create index projects_organization_id_created_at_idx on tenantry.projects (organization_id, created_at desc, id desc);
select tenantry.protect('tenantry.projects');
