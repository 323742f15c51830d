//! Bringing a database to this version's schema, and asking whether it is there. `serve` and `migrate` share it, so
//! that they cannot disagree.

use tenantry_db::bootstrap;
use tenantry_db::migrate::{MigrateError, Migrator, Step};
use tokio_util::task::TaskTracker;

use crate::backing::Backing;
use crate::failure;
use crate::keys::Keys;
use crate::trouble::{Problem, Trouble};

/// Connects as `login`, which may be any that can read the history.
pub(crate) async fn connect(
    login: &tenantry_db::Config,
    tasks: &TaskTracker,
) -> Result<Migrator, Trouble> {
    let components = vec![tenantry_store::migrations::control_plane()];
    Migrator::connect(login, components, tasks).await.map_err(|error| trouble(&error))
}

/// Applies what is pending, tells the database the keys of this server, and lets its logins in.
pub(crate) async fn up(
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Result<Vec<String>, Trouble> {
    backing.ensure_database().await?;
    let mut migrator = connect(&backing.administrator, tasks).await?;
    let applied = migrator.up().await.map_err(|error| partly(&error))?;
    let installed = migrator.install_secrets(&keys.secret, &keys.context).await;
    installed.map_err(|error| partly(&error))?;
    let opened = bootstrap::open_history(&backing.administrator).await;
    opened.map_err(|error| failure::of_database(&error))?;
    Ok(applied)
}

/// Refuses a database that is not at this version's schema; answers how many migrations it has.
pub(crate) async fn require(
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Result<usize, Trouble> {
    let migrator = connect(&backing.reader(&keys.secret), tasks).await?;
    let steps = migrator.status().await.map_err(|error| trouble(&error))?;
    let pending = pending(&steps);
    if pending.is_empty() {
        return Ok(steps.len());
    }
    Err(behind(backing.database(), &pending).into())
}

/// The database lacks migrations.
pub(crate) fn behind(database: &str, pending: &[&str]) -> Problem {
    let title =
        format!("the database {database} lacks {}", crate::text::count(pending.len(), "migration"));
    Problem::new("TN0401", title).fact("pending", pending.join("\n")).help("tenantry migrate up")
}

/// The labels of what was not applied.
pub(crate) fn pending(steps: &[Step]) -> Vec<&str> {
    let pending = steps.iter().filter(|step| step.applied_at.is_none());
    pending.map(|step| step.label.as_str()).collect()
}

/// A failure before anything was changed.
pub(crate) fn trouble(error: &MigrateError) -> Trouble {
    failure::of_migration(error).into()
}

/// A failure of something that goes step by step.
pub(crate) fn partly(error: &MigrateError) -> Trouble {
    let outcome = match error {
        MigrateError::Step { .. } | MigrateError::Database(_) => {
            "Migrations before the one that failed stay applied; it left nothing."
        }
        MigrateError::Changed { .. }
        | MigrateError::Unknown { .. }
        | MigrateError::NotAdministrator { .. } => crate::trouble::NOTHING_CHANGED,
    };
    trouble(error).outcome(outcome)
}
