//! Rights that no application needs: on tables, schemas, the database, other sessions. Rows 17, 18, 37, 41, 48.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        17,
        "the right to truncate",
        "atrium.rooms",
        &["TN0717"],
        "grant truncate on atrium.rooms to {app}",
    ),
    Mutant::setting(
        17,
        "all rights on a table",
        "atrium.imports",
        &["TN0717", "TN0718"],
        "grant all on atrium.imports to {app}",
    ),
    Mutant::sealed(
        17,
        "the right to truncate a sealed table",
        "app.tasks",
        &["TN0717"],
        "grant truncate on app.tasks to {app}",
    ),
    Mutant::setting(
        18,
        "the right to make triggers",
        "atrium.rooms",
        &["TN0718"],
        "grant trigger on atrium.rooms to {app}",
    ),
    Mutant::setting(
        18,
        "the right to refer to a table",
        "atrium.rooms",
        &["TN0718"],
        "grant references on atrium.rooms to public",
    ),
    Mutant::setting(
        37,
        "ending other sessions",
        "pg_terminate_backend",
        &["TN0745"],
        "grant execute on function pg_terminate_backend(integer, bigint) to public",
    ),
    Mutant::sealed(
        37,
        "cancelling other sessions",
        "pg_cancel_backend",
        &["TN0745"],
        "grant execute on function pg_cancel_backend(integer) to {app}",
    ),
    Mutant::setting(
        41,
        "temporary tables",
        "{database}",
        &["TN0720"],
        "grant temporary on database {database} to public",
    ),
    Mutant::setting(
        48,
        "tables in a schema of the search path",
        "public",
        &["TN0719"],
        "grant create on schema public to public",
    ),
    Mutant::setting(
        48,
        "tables in the application's schema",
        "atrium",
        &["TN0719"],
        "grant create on schema atrium to {app}",
    ),
    Mutant::setting(
        48,
        "schemas in the database",
        "{database}",
        &["TN0719"],
        "grant create on database {database} to {app}",
    ),
];
