//! The commands: `apply` and its kin. One process at a time; every step is remembered in the database before the next begins,
//! so that the same command goes on where a killed one was.

pub(crate) mod engine;
mod gate;
pub(crate) mod sitting;
mod undo;

use std::time::Duration;

use tenantry_core::ContextKeys;
use tenantry_core::secret::MasterSecret;
use tenantry_db::Config;
use tenantry_prove::report::Report;
use tokio_util::sync::CancellationToken;

use crate::error::AdoptError;
use crate::plan::Plan;
use crate::progress::{Event, Status};
use crate::step::Phase;
use crate::task::Sources;
use crate::{journal, session};

/// How the work is done.
#[derive(Debug, Clone)]
pub struct Options {
    /// The last phase to do: [`Phase::Shadow`] leaves the application unchanged, [`Phase::Prove`] enforces.
    pub until: Phase,
    /// How fast rows are written.
    pub pace: Pace,
    /// How long a lock is waited for.
    pub patience: Patience,
    /// Enforce although old logins still send statements that will be denied.
    pub accepts_denials: bool,
}

/// How fast rows are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// How long a batch may take; its size follows.
    pub batch_time: Duration,
    /// Rows of the first batch.
    pub first_batch: i64,
    /// Rows of a batch at the most.
    pub largest_batch: i64,
    /// How far a replica may lag behind.
    pub replica_lag: Duration,
    /// A rest between two batches.
    pub rest: Duration,
}

/// How long a lock is waited for, and how often it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long the first try waits: the longest that the application can be made to wait by it.
    pub first: Duration,
    /// How long later tries wait at the most.
    pub longest: Duration,
    /// How often it is tried.
    pub tries: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            until: Phase::Shadow,
            pace: Pace::default(),
            patience: Patience::default(),
            accepts_denials: false,
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            batch_time: Duration::from_millis(50),
            first_batch: 1_000,
            largest_batch: 20_000,
            replica_lag: Duration::from_millis(150),
            rest: Duration::ZERO,
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: Duration::from_millis(200), longest: Duration::from_millis(200), tries: 12 }
    }
}

/// What the control plane needs to be installed: the secret of this installation.
#[derive(Debug, Clone, Copy)]
pub struct Installation<'a> {
    /// From which the logins' passwords are made.
    pub secret: &'a MasterSecret,
    /// With which contexts are sealed.
    pub keys: &'a ContextKeys,
}

/// What everything needs.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// An administrator's way into the database.
    pub address: &'a Config,
    /// How it is done.
    pub options: &'a Options,
    /// Told what happens.
    pub observer: Observer<'a>,
    /// Stops after the statement or batch that runs; what is done stays done.
    pub stop: &'a CancellationToken,
    /// How the address of a database to be merged becomes one that can be connected to.
    pub sources: Sources<'a>,
}

/// Who is told what happens.
#[derive(Clone, Copy)]
pub struct Observer<'a>(pub &'a (dyn Fn(Event) + Sync));

impl std::fmt::Debug for Observer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Observer")
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Where it stands now.
    pub status: Status,
    /// What the attack found, when there was one.
    pub report: Option<Report>,
    /// Whether it was told to stop before the end.
    pub was_stopped: bool,
}

/// What taking back would do.
#[derive(Debug, Clone)]
pub struct Undoing {
    /// Where it stands.
    pub status: Status,
    /// A line a phase, the last first: the phase, and what would be done.
    pub lines: Vec<(Phase, String)>,
    /// What cannot come back as it was, a line each; not empty: nothing is taken back.
    pub obstacles: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
}

/// What taking back is told.
#[derive(Debug, Clone, Default)]
pub struct UndoOptions {
    /// The phase to return to the end of; without one, everything is taken back and nothing of ours is left.
    pub to: Option<Phase>,
    /// Unique keys, by name, that stay as they are now.
    pub keep: Vec<String>,
    /// Organizations are mixed into one although several have rows.
    pub mixes_organizations: bool,
}

/// Begins an adoption, or goes on with the one that was begun. `plan` is wanted for a beginning alone.
///
/// # Errors
/// See [`AdoptError`]. What was done stays done, and the same call goes on.
pub async fn apply(
    work: Work<'_>,
    plan: Option<&Plan>,
    installation: Installation<'_>,
) -> Result<Outcome, AdoptError> {
    Box::pin(sitting::with(work, installation, async |engine| engine.apply(plan).await)).await
}

/// Where the adoption of a database stands. Changes nothing, and waits for nobody.
///
/// # Errors
/// [`AdoptError::NotStarted`] when there is none.
pub async fn status(address: &Config) -> Result<Status, AdoptError> {
    session::with(address, async |client| journal::status(client).await).await
}

/// Asks whoever works on the database to pause after the batch or statement that runs.
///
/// # Errors
/// [`AdoptError::NotStarted`] when there is nothing to pause, [`AdoptError::Refused`] when it is past the point.
pub async fn pause(address: &Config) -> Result<Status, AdoptError> {
    session::with(address, async |client| {
        let asked = journal::Journal(client);
        asked.run().await?.ok_or(AdoptError::NotStarted)?;
        if !asked.pause().await? {
            return Err(AdoptError::Refused("nothing is being applied that could pause".into()));
        }
        journal::status(client).await
    })
    .await
}

/// What taking back would do, and what stands in its way. Changes nothing.
///
/// # Errors
/// [`AdoptError::NotStarted`] when there is nothing to take back.
pub async fn undoing(address: &Config, options: &UndoOptions) -> Result<Undoing, AdoptError> {
    session::with(address, async |client| undo::undoing(client, options).await).await
}

/// Takes back what was applied, the last step first.
///
/// # Errors
/// [`AdoptError::Lossy`] when it would lose or mix rows; nothing is changed then.
pub async fn rollback(
    work: Work<'_>,
    options: &UndoOptions,
    installation: Installation<'_>,
) -> Result<Outcome, AdoptError> {
    Box::pin(sitting::with(work, installation, async |engine| engine.rollback(options).await)).await
}

/// Drops what only the old application needed. From here on nothing can be taken back.
///
/// # Errors
/// [`AdoptError::Refused`] before the guard binds everybody.
pub async fn finish(work: Work<'_>, installation: Installation<'_>) -> Result<Outcome, AdoptError> {
    Box::pin(sitting::with(work, installation, async |engine| engine.finish().await)).await
}
