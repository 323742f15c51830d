//! Policies that say too much. Rows 19 to 22 and 58.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        19,
        "an update that checks nothing",
        "atrium.imports",
        &["TN0706", "TN0708", "move"],
        "drop policy guard on atrium.imports; \
         create policy reading on atrium.imports for select using (organization_id = (select atrium.organization())); \
         create policy adding on atrium.imports for insert with check (organization_id = (select atrium.organization())); \
         create policy changing on atrium.imports for update using (organization_id = (select atrium.organization())) with check (true); \
         create policy removing on atrium.imports for delete using (organization_id = (select atrium.organization()))",
    ),
    Mutant::setting(
        19,
        "a check wider than what is seen",
        "atrium.members",
        &["TN0706", "TN0708", "move", "insert"],
        "alter policy guard on atrium.members with check (organization_id is not null)",
    ),
    Mutant::setting(
        20,
        "an insert that checks nothing",
        "atrium.imports",
        &["TN0706", "TN0708", "insert"],
        "create policy adding on atrium.imports for insert with check (true)",
    ),
    Mutant::setting(
        20,
        "a delete of everything",
        "atrium.imports",
        &["TN0706", "delete"],
        "create policy cleaning on atrium.imports for delete using (true)",
    ),
    Mutant::setting(
        20,
        "an update of everything",
        "atrium.imports",
        &["TN0706", "update"],
        "create policy mending on atrium.imports for update using (true)",
    ),
    Mutant::sealed(
        20,
        "the guard holds reading only",
        "app.tasks",
        &["TN0706", "TN0708", "insert", "move"],
        "drop policy tenantry_guard on app.tasks; \
         create policy tenantry_guard on app.tasks as restrictive for select using (organization_id = (select tenantry.organization()))",
    ),
    Mutant::setting(
        21,
        "reading is open, writing is right",
        "atrium.changes",
        &["TN0706", "scan"],
        "create policy reading on atrium.changes for select using (true)",
    ),
    Mutant::setting(
        22,
        "an old policy for everything",
        "atrium.rooms",
        &["TN0706", "scan"],
        "create policy old on atrium.rooms using (true)",
    ),
    Mutant::setting(
        22,
        "an old policy for the application only",
        "atrium.rooms",
        &["TN0706", "scan"],
        "create policy old on atrium.rooms to {app} using (organization_id is not null)",
    ),
    Mutant::setting(
        22,
        "an old policy over a column of the row",
        "atrium.members",
        &["TN0706", "TN0707", "scan"],
        "create policy hosts_are_public on atrium.members for select using (role in ('owner', 'host', 'guest'))",
    ),
    Mutant::setting(
        22,
        "a policy that a flag opens",
        "atrium.rooms",
        &["TN0706", "TN0707", "scan", "unset"],
        "create policy support on atrium.rooms using (current_setting('atrium.support', true) = 'on')",
    ),
    Mutant::setting(
        22,
        "everything without an organization",
        "atrium.rooms",
        &["TN0706", "TN0711", "unset"],
        "alter policy guard on atrium.rooms using (atrium.organization() is null or organization_id = (select atrium.organization()))",
    ),
    Mutant::setting(
        22,
        "everything without an organization, in other words",
        "atrium.teams",
        &["unset"],
        "alter policy guard on atrium.teams using (organization_id = coalesce((select atrium.organization()), organization_id)) with check (organization_id = (select atrium.organization()))",
    ),
    Mutant::setting(
        22,
        "a column compared with itself",
        "atrium.imports",
        &["TN0706", "TN0709", "scan"],
        "alter policy guard on atrium.imports using (organization_id = imports.organization_id)",
    ),
    Mutant::setting(
        22,
        "rows of nobody",
        "atrium.imports",
        &["TN0707", "TN0711", "TN0752", "scan", "insert", "move"],
        "alter table atrium.imports alter column organization_id drop not null; \
         create policy examples on atrium.imports using (organization_id is null) with check (organization_id is null)",
    ),
    Mutant::setting(
        22,
        "the restrictive policy dropped beside its allowance",
        "atrium.bookings",
        &["TN0706", "scan"],
        "drop policy guard on atrium.bookings",
    ),
    Mutant::setting(
        22,
        "the restrictive policy for another role",
        "atrium.bookings",
        &["TN0706", "scan"],
        "alter policy guard on atrium.bookings to {owner}",
    ),
    Mutant::sealed(
        22,
        "the guard dropped",
        "app.tasks",
        &["TN0706", "scan"],
        "drop policy tenantry_guard on app.tasks",
    ),
    Mutant::sealed(
        22,
        "the guard made permissive",
        "app.tasks",
        &["TN0706", "TN0707", "scan"],
        "drop policy tenantry_guard on app.tasks; \
         create policy tenantry_guard on app.tasks using (organization_id = (select tenantry.organization())) with check (organization_id = (select tenantry.organization()))",
    ),
    Mutant::sealed(
        22,
        "the guard opened",
        "app.projects",
        &["TN0706", "scan"],
        "alter policy tenantry_guard on app.projects using (true)",
    ),
    Mutant::setting(
        22,
        "a default that names one organization",
        "atrium.teams",
        &["TN0752"],
        "alter table atrium.teams alter column organization_id set default 'e0000000-0000-4000-8000-00000000000a'",
    ),
    Mutant::setting(
        58,
        "a policy over memberships",
        "atrium.teams",
        &["TN0709", "TN0711"],
        "alter policy guard on atrium.teams using (organization_id in (select m.organization_id from atrium.members m where m.email = current_setting('atrium.email', true)))",
    ),
    Mutant::setting(
        58,
        "a policy that asks its own table",
        "atrium.members",
        &["TN0709"],
        "create policy mine on atrium.members for select using (organization_id in (select m.organization_id from atrium.members m))",
    ),
    Mutant::setting(
        58,
        "a volatile function in the policy",
        "atrium.rooms",
        &["TN0711", "TN09"],
        "create function atrium.here() returns uuid language plpgsql volatile as 'begin return atrium.organization(); end'; \
         alter policy guard on atrium.rooms using (organization_id = atrium.here())",
    ),
    Mutant::setting(
        58,
        "a setting that is empty after a transaction",
        "atrium.rooms",
        &["TN0711"],
        "alter policy guard on atrium.rooms using (organization_id = (select current_setting('atrium.organization', true)::uuid))",
    ),
];
