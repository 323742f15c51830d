//! What the parts of the system answer when they fail, as problems with a code and a next step.

use tenantry_db::DbError;
use tenantry_db::migrate::MigrateError;
use tenantry_embedded::EmbeddedError;
use tenantry_identity::IdentityError;
use tenantry_store::StoreError;

use crate::trouble::Problem;

/// A failure of the private cluster.
pub(crate) fn of_cluster(error: &EmbeddedError) -> Problem {
    Problem::new(error.code(), error.to_string()).causes(error).help(error.help())
}

/// A failure of a connection or a statement.
pub(crate) fn of_database(error: &DbError) -> Problem {
    let state = sql_state(error);
    let problem = match (error, state.as_deref()) {
        (_, Some("28P01" | "28000")) => Problem::new("TN0502", "the database refused the login")
            .help("tenantry migrate up   with the same secret as the server makes its logins"),
        (_, Some("3D000")) => Problem::new("TN0503", "the database does not exist")
            .help("createdb NAME   makes one; or mend the name in DATABASE_URL"),
        (DbError::Encryption(_), _) => {
            Problem::new("TN0506", "the connection to the database could not be encrypted")
                .help("tenantry explain TN0506   says what each sslmode demands")
        }
        (DbError::Unavailable { .. }, _) => {
            Problem::new("TN0501", "the database cannot be reached")
                .help("tenantry doctor   looks at everything between here and there")
        }
        (DbError::TooSlow(_) | DbError::Collision(_), _) => {
            Problem::new("TN0504", "the database is busy").help("run the same command again")
        }
        _ => Problem::new("TN0505", error.to_string()).help("tenantry doctor"),
    };
    with_causes(problem, error)
}

/// A failure of a migration.
pub(crate) fn of_migration(error: &MigrateError) -> Problem {
    match error {
        MigrateError::Database(error) => of_database(error),
        MigrateError::Step { .. } => with_causes(Problem::new("TN0402", error.to_string()), error)
            .help("mend the cause and run the same command again; it goes on from here"),
        MigrateError::Changed { .. } => Problem::new("TN0403", error.to_string())
            .help("use the version of tenantry that migrated this database"),
        MigrateError::Unknown { .. } => Problem::new("TN0404", error.to_string())
            .help("use the newer version of tenantry that migrated this database"),
        MigrateError::NotAdministrator { .. } => Problem::new("TN0405", error.to_string()).help(
            "TENANTRY_ADMIN_DATABASE_URL=postgres://postgres@HOST/DATABASE tenantry migrate up",
        ),
    }
}

/// A failure to open accounts and tokens.
pub(crate) fn of_identity(error: &IdentityError) -> Problem {
    if let IdentityError::Store(StoreError::Database(error)) = error {
        return of_database(error);
    }
    with_causes(Problem::new("TN0603", error.to_string()), error).help("tenantry doctor")
}

/// The causes, with what PostgreSQL says in its own words instead of the driver's "db error".
fn with_causes(problem: Problem, error: &dyn std::error::Error) -> Problem {
    let mut problem = problem.causes(error);
    problem.facts.retain(|(_, text)| text != "db error");
    problem.facts.dedup();
    problem
}

/// The five characters by which PostgreSQL names an error.
fn sql_state(error: &DbError) -> Option<String> {
    let source = match error {
        DbError::Unavailable { source, .. } | DbError::CommitUnknown(source) => source.as_ref()?,
        DbError::TooSlow(source)
        | DbError::Collision(source)
        | DbError::Constraint { source, .. }
        | DbError::Refused(source)
        | DbError::Row(source)
        | DbError::Encryption(source)
        | DbError::Unexpected(source) => source,
        DbError::Value(_) => return None,
    };
    source.code().map(|state| state.code().to_owned())
}
