//! Tables that nothing guards: forgotten ones, copies, grants for the future, missing indexes. Rows 1, 28, 56.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        1,
        "row security switched off",
        "atrium.rooms",
        &["TN0703", "scan"],
        "alter table atrium.rooms disable row level security",
    ),
    Mutant::setting(
        1,
        "row security of the organizations switched off",
        "atrium.organizations",
        &["TN0703", "scan"],
        "alter table atrium.organizations disable row level security",
    ),
    Mutant::setting(
        1,
        "a table of a later migration",
        "atrium.notices",
        &["TN0703", "scan"],
        "create table atrium.notices (organization_id uuid not null, id uuid not null default gen_random_uuid(), text text not null, primary key (organization_id, id)); \
         alter table atrium.notices owner to {owner}; grant select, insert, update, delete on atrium.notices to {app}",
    ),
    Mutant::setting(
        1,
        "a copy of a table",
        "atrium.rooms_before",
        &["TN0703", "scan"],
        "create table atrium.rooms_before as select * from atrium.rooms; alter table atrium.rooms_before owner to {owner}; grant select on atrium.rooms_before to {app}",
    ),
    Mutant::setting(
        1,
        "a child without a column for the organization",
        "atrium.photos",
        &["TN0703", "TN0705", "scan"],
        "alter table atrium.rooms add constraint rooms_id_key unique (id); \
         create table atrium.photos (id uuid primary key default gen_random_uuid(), room_id uuid not null references atrium.rooms (id) on delete cascade, path text not null); \
         alter table atrium.photos owner to {owner}; grant select, insert, update, delete on atrium.photos to {app}",
    ),
    Mutant::setting(
        1,
        "a table that belongs to nobody and is written",
        "atrium.drafts",
        &["TN0705"],
        "create table atrium.drafts (id uuid primary key default gen_random_uuid(), text text not null); \
         alter table atrium.drafts owner to {owner}; grant select, insert, update, delete on atrium.drafts to {app}",
    ),
    Mutant::setting(
        1,
        "new tables are handed out",
        "{app}",
        &["TN0721"],
        "alter default privileges for role {owner} in schema atrium grant select, insert, update, delete on tables to {app}",
    ),
    Mutant::setting(
        1,
        "readable without being an application's",
        "atrium.exported",
        &["TN0703", "scan"],
        "create table atrium.exported (organization_id uuid not null, id uuid primary key default gen_random_uuid(), line text); \
         alter table atrium.exported owner to {owner}; grant select on atrium.exported to public",
    ),
    Mutant::sealed(
        1,
        "row security of a sealed table switched off",
        "app.tasks",
        &["TN0703", "scan"],
        "alter table app.tasks disable row level security",
    ),
    Mutant::sealed(
        1,
        "a table that was never protected",
        "app.labels",
        &["TN0703", "scan"],
        "create table app.labels (organization_id uuid not null, id uuid not null default gen_random_uuid(), name text not null, primary key (organization_id, id)); \
         alter table app.labels owner to tenantry_owner; grant select, insert, update, delete on app.labels to {app}",
    ),
    Mutant::setting(
        28,
        "no index begins with the organization",
        "atrium.imports",
        &["TN09"],
        "drop index atrium.imports_organization_id_line_idx; insert into atrium.imports select id, n, 'line' from atrium.organizations, generate_series(10, 5000) n; analyze atrium.imports",
    ),
    Mutant::setting(
        56,
        "a primary key that is the id alone",
        "atrium.letters",
        &["TN0738", "probe"],
        "create table atrium.letters (id uuid primary key default gen_random_uuid(), organization_id uuid not null, text text not null); \
         create index on atrium.letters (organization_id); alter table atrium.letters owner to {owner}; \
         alter table atrium.letters enable row level security; alter table atrium.letters force row level security; \
         create policy guard on atrium.letters using (organization_id = (select atrium.organization())) with check (organization_id = (select atrium.organization())); \
         grant select, insert, update, delete on atrium.letters to {app}",
    ),
];
