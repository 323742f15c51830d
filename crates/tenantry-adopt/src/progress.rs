//! What is told while the work goes on, and where it stands. The terminal, `status` and the JSON output show the same values.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Holder;
use crate::name::TableName;
use crate::step::Phase;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A phase begins, or goes on after an interruption.
    PhaseBegun {
        /// Which.
        phase: Phase,
        /// How many steps it has.
        steps: usize,
    },
    /// A step begins.
    StepBegun {
        /// Its number.
        number: u32,
        /// What it does.
        title: String,
    },
    /// A batch was committed.
    Batch {
        /// The table.
        table: TableName,
        /// Rows looked at so far.
        done: i64,
        /// Rows there are, as far as is known.
        of: i64,
        /// Rows a second, over the last seconds.
        rate: f64,
        /// How many rows the next batch has.
        size: i64,
    },
    /// The backfill goes slower than it could, and why.
    Slowed {
        /// `replica lag 240 ms (limit 150)`.
        reason: String,
    },
    /// A lock is held by somebody else; it is tried again.
    Blocked {
        /// The table.
        table: TableName,
        /// Which try it was.
        attempt: u32,
        /// Who has it.
        holders: Vec<Holder>,
    },
    /// A step is done.
    StepDone {
        /// Its number.
        number: u32,
        /// How long its strongest lock was held, at the longest.
        longest_lock: Duration,
        /// How long it waited for locks.
        waited: Duration,
    },
    /// A phase is done.
    PhaseDone {
        /// Which.
        progress: PhaseProgress,
    },
    /// Something a person should know.
    Note {
        /// One line.
        line: String,
    },
    /// Attacks are made.
    Attack {
        /// What is attacked.
        object: String,
        /// How many objects are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
}

/// Where an adoption stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A process works on it, or died while it did: `holder` tells.
    Applying,
    /// It was told to pause.
    Paused,
    /// It stopped with an error; the same command goes on.
    Stopped,
    /// Every row belongs to an organization, and nothing is enforced on the old logins.
    Shadow,
    /// Everybody is bound.
    Enforced,
    /// What the old application needed is gone.
    Finished,
    /// It is being taken back.
    RollingBack,
}

impl State {
    /// Its name, as the journal writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applying => "applying",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Shadow => "shadow",
            Self::Enforced => "enforced",
            Self::Finished => "finished",
            Self::RollingBack => "rolling-back",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Applying,
            Self::Paused,
            Self::Stopped,
            Self::Shadow,
            Self::Enforced,
            Self::Finished,
            Self::RollingBack,
        ];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// Everything `tenantry adopt status` knows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The database.
    pub database: String,
    /// Where it stands.
    pub state: State,
    /// The phase it is in, or the last one that was done.
    pub phase: Phase,
    /// When it was begun, RFC 3339.
    pub started_at: String,
    /// The first twelve digits of the plan's hash.
    pub plan: String,
    /// The organization of the existing rows: name and id.
    pub organization: (String, uuid::Uuid),
    /// Who works on it now.
    pub holder: Option<Holder>,
    /// What it stopped with.
    pub error: Option<String>,
    /// Each phase.
    pub phases: Vec<PhaseProgress>,
    /// Each table that is or was backfilled.
    pub tables: Vec<TableProgress>,
    /// What the old logins would be denied.
    pub denials: Vec<Denial>,
    /// Logins that row security does not bind, superusers and those with `bypassrls`: of the plan, or connected now.
    pub unbound: Vec<String>,
    /// Materialized views with rows of organizations' tables that logins of the plan can read.
    pub copies: Vec<TableName>,
}

/// Where a phase stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhaseProgress {
    /// Which.
    pub phase: Phase,
    /// Steps that are done.
    pub done: usize,
    /// Steps there are.
    pub of: usize,
    /// What they did, in words: `11 columns, 22 indexes`.
    pub words: String,
    /// Seconds from its first step's begin to its last one's end.
    pub seconds: f64,
    /// The longest time that a lock was held which keeps the application waiting, in milliseconds.
    pub longest_lock_ms: f64,
    /// Rows that were given their organization.
    pub rows: i64,
}

/// How far the backfill of a table is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableProgress {
    /// The table.
    pub table: TableName,
    /// Rows looked at.
    pub done: i64,
    /// Rows there are, as far as is known.
    pub of: i64,
    /// Rows that had to be changed.
    pub changed: i64,
    /// Whether it is done.
    pub is_done: bool,
}

/// A statement of an old login that touched rows it could not touch if the guard bound it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Denial {
    /// The statement, with `?` for values.
    pub statement: String,
    /// The table.
    pub table: TableName,
    /// The login.
    pub login: String,
    /// What the connection calls itself.
    pub application: String,
    /// When it was first and last seen, RFC 3339. The last is exact to a minute.
    pub first_at: String,
    /// See `first_at`.
    pub last_at: String,
}
