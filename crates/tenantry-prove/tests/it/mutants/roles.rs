//! Who the application is: owners, flags, memberships, stored settings. Rows 2, 3, 15, 29, 45 of the catalogue.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        2,
        "table owned by the application, not forced",
        "atrium.rooms",
        &["TN0702", "TN0704", "scan", "select"],
        "alter table atrium.rooms no force row level security; alter table atrium.rooms owner to {app}",
    ),
    Mutant::setting(
        2,
        "application is a member of an unforced owner",
        "atrium.rooms",
        &["TN0702", "TN0704", "scan"],
        "alter table atrium.rooms no force row level security; grant {owner} to {app}",
    )
    .undone_by("revoke {owner} from {app}"),
    Mutant::setting(
        2,
        "application is a member of a forced owner",
        "{app}",
        &["TN0702"],
        "grant {owner} to {app}",
    )
    .undone_by("revoke {owner} from {app}"),
    Mutant::setting(
        2,
        "unforced under a function of the owner",
        "atrium.sites",
        &["TN0704"],
        "alter table atrium.sites no force row level security",
    ),
    Mutant::sealed(
        2,
        "sealed table owned by the application",
        "app.tasks",
        &["TN0702"],
        "alter table app.tasks owner to {app}",
    ),
    Mutant::sealed(
        2,
        "sealed table not forced",
        "app.tasks",
        &["TN0704"],
        "alter table app.tasks no force row level security",
    ),
    Mutant::setting(
        2,
        "schema owned by the application",
        "atrium",
        &["TN0702"],
        "alter schema atrium owner to {app}",
    ),
    Mutant::setting(
        3,
        "application bypasses row security",
        "{app}",
        &["TN0701"],
        "alter role {app} bypassrls",
    )
    .undone_by("alter role {app} nobypassrls"),
    Mutant::setting(
        3,
        "application is a superuser",
        "{app}",
        &["TN0701"],
        "alter role {app} superuser",
    )
    .undone_by("alter role {app} nosuperuser"),
    Mutant::setting(
        3,
        "application may replicate",
        "{app}",
        &["TN0701"],
        "alter role {app} replication",
    )
    .undone_by("alter role {app} noreplication"),
    Mutant::setting(
        3,
        "application makes roles",
        "{app}",
        &["TN0701"],
        "alter role {app} createrole",
    )
    .undone_by("alter role {app} nocreaterole"),
    Mutant::setting(
        3,
        "application is a member of a bypassing role",
        "{app}",
        &["TN0701"],
        "create role {app}_boss nologin bypassrls; grant {app}_boss to {app}",
    )
    .undone_by("drop role {app}_boss"),
    Mutant::setting(
        3,
        "application is a member of a member of a bypassing role",
        "{app}",
        &["TN0701"],
        "create role {app}_top nologin bypassrls; create role {app}_middle nologin noinherit; \
         grant {app}_top to {app}_middle; grant {app}_middle to {app}; alter role {app} noinherit",
    )
    .undone_by("drop role {app}_middle, {app}_top; alter role {app} inherit"),
    Mutant::sealed(
        3,
        "sealed application bypasses row security",
        "{app}",
        &["TN0701"],
        "alter role {app} bypassrls",
    )
    .undone_by("alter role {app} nobypassrls"),
    Mutant::sealed(
        3,
        "sealed application is a member of the definer",
        "{app}",
        &["TN0701", "TN0702", "forged"],
        "grant tenantry_definer to {app}",
    )
    .undone_by("revoke tenantry_definer from {app}"),
    Mutant::setting(
        15,
        "application runs programs by copy",
        "{app}",
        &["TN0701"],
        "grant pg_execute_server_program to {app}",
    )
    .undone_by("revoke pg_execute_server_program from {app}"),
    Mutant::setting(
        15,
        "application reads the server's files",
        "{app}",
        &["TN0701"],
        "grant pg_read_server_files to {app}",
    )
    .undone_by("revoke pg_read_server_files from {app}"),
    Mutant::setting(
        29,
        "application monitors the server",
        "{app}",
        &["TN0701", "TN0743"],
        "grant pg_monitor to {app}",
    )
    .undone_by("revoke pg_monitor from {app}"),
    Mutant::setting(
        45,
        "a stored search path with temporary tables first",
        "{app}",
        &["TN0746"],
        "alter role {app} set search_path = pg_temp, atrium",
    )
    .undone_by("alter role {app} reset search_path"),
    Mutant::setting(
        45,
        "row security switched off for the role",
        "{app}",
        &["TN0746"],
        "alter role {app} set row_security = off",
    )
    .undone_by("alter role {app} reset row_security"),
    Mutant::setting(
        40,
        "an organization stored with the role",
        "{app}",
        &["TN0746"],
        "alter role {app} set atrium.organization = 'e0000000-0000-4000-8000-00000000000a'",
    )
    .undone_by("alter role {app} reset atrium.organization"),
    Mutant::setting(
        40,
        "an organization stored with the database",
        "{database}",
        &["TN0746", "unset"],
        "alter database {database} set atrium.organization = 'e0000000-0000-4000-8000-00000000000a'",
    ),
];
