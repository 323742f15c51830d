//! Why adopting stopped. Every kind says whether anything was changed.

use tenantry_db::DbError;
use tenantry_db::migrate::MigrateError;

use crate::decisions::DecisionsError;
use crate::name::TableName;

/// Why a command of adopt stopped.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The database is away, or answered with an error that nobody expected.
    #[error("the database did not do what it was asked")]
    Database(#[from] DbError),
    /// The plan's file is of no use.
    #[error(transparent)]
    Decisions(#[from] DecisionsError),
    /// The isolation contract or the control plane could not be installed.
    #[error("the control plane could not be installed")]
    Migrate(#[from] MigrateError),
    /// A statement of a step failed; its transaction was rolled back.
    #[error("step {number}, {title}, failed: {message}")]
    Step {
        /// Which step.
        number: u32,
        /// What it does.
        title: String,
        /// What PostgreSQL says.
        message: String,
        /// The statement.
        sql: String,
    },
    /// A lock could not be had. Nobody waited longer than the lock timeout.
    #[error("could not lock {table} within {waited:?}, tried {tries} times")]
    Blocked {
        /// The table.
        table: TableName,
        /// How many times it was tried.
        tries: u32,
        /// Over how long.
        waited: std::time::Duration,
        /// Who has it.
        holders: Vec<Holder>,
    },
    /// The schema is not the one that the plan was made for.
    #[error("the schema changed after the plan was made")]
    Drifted {
        /// What is different, a line each: `+` what is new, `-` what is gone.
        difference: Vec<String>,
    },
    /// Another process is adopting this database.
    #[error("another process is working on this database")]
    Busy {
        /// Its backend.
        pid: i32,
        /// Where it runs, as it says itself.
        holder: String,
    },
    /// There is nothing to go on with.
    #[error("nothing of this database is adopted")]
    NotStarted,
    /// The database is at a point from which this is not possible.
    #[error("{0}")]
    Refused(String),
    /// Taking it back would lose or mix rows.
    #[error("it cannot be taken back as it is now")]
    Lossy {
        /// What stands in the way, a line each.
        obstacles: Vec<String>,
        /// What to do, a line each.
        help: Vec<String>,
    },
    /// Rows that belong to nobody, where the plan says to stop at them.
    #[error("{rows} rows of {table} belong to nobody")]
    Orphans {
        /// The table.
        table: TableName,
        /// How many.
        rows: i64,
    },
    /// The attack found leaks. The status tells whether the guard is back in shadow.
    #[error("the attack found leaks: {leaks}")]
    Leaks {
        /// How many.
        leaks: usize,
        /// The report.
        report: Box<tenantry_prove::report::Report>,
    },
    /// The attack could not be made.
    #[error("the result could not be attacked")]
    Prove(#[from] tenantry_prove::ProveError),
}

/// A session that has what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// Its backend.
    pub pid: i32,
    /// Its role.
    pub role: String,
    /// What it calls itself.
    pub application: String,
    /// `active`, `idle in transaction`.
    pub state: String,
    /// How long its transaction has been open, in seconds.
    pub seconds: i64,
    /// What it ran last, cut.
    pub query: String,
}
