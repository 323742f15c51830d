//! The command line of `adopt`. What is a default and what was asked for is decided here; nothing below reads it.

mod numbers;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use tenantry_adopt::classification::Mode;
use tenantry_adopt::run::{Options, Pace, Patience, UndoOptions};
use tenantry_adopt::step::Phase;

use numbers::{milliseconds, rows};

/// Where the plan is kept unless somebody says otherwise.
pub(super) const PLAN: &str = "tenantry.plan.toml";

/// What to do with a database.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Read a database, and write down what would be done for somebody to review; changes nothing
    Plan(Box<PlanArguments>),
    /// Do what the plan says while the application runs, or go on after an interruption
    Apply(Box<ApplyArguments>),
    /// Show how far it is
    Status(Where),
    /// Stop after the batch that runs; what is done stays done
    Pause(Where),
    /// Go on where it stopped or was paused
    Resume(ResumeArguments),
    /// Take it back, phase by phase, from wherever it is
    Rollback(RollbackArguments),
    /// Drop what only the old application needed; from there on nothing can be taken back
    Finish(FinishArguments),
    /// Write down what an application needs to connect, in a file that only you can read
    Connect(ConnectArguments),
}

/// Which database.
#[derive(Debug, Args)]
pub(crate) struct Where {
    /// The database, with an administrator's login [DATABASE_URL, or TENANTRY_ADMIN_DATABASE_URL]
    #[arg(long, value_name = "URL", help_heading = "Which database")]
    pub(super) database: Option<String>,
}

/// What is planned, and where it is written.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(super) place: Where,
    /// Whose the rows are: whole, split or merge; whole when left out
    #[arg(
        long,
        value_name = "MODE",
        hide_possible_values = true,
        help_heading = "What is planned"
    )]
    mode: Option<Told>,
    /// The table whose rows become the organizations; means --mode split
    #[arg(long, value_name = "TABLE", help_heading = "What is planned")]
    pub(super) root: Option<String>,
    /// The name of the organization that the existing rows belong to [the database's]
    #[arg(long, value_name = "NAME", help_heading = "What is planned")]
    pub(super) name: Option<String>,
    /// The logins of the application [those that own or read the tables]
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', help_heading = "What is planned")]
    pub(super) login: Vec<String>,
    /// Other databases that become organizations of this one; means --mode merge
    #[arg(long, value_name = "URL,…", value_delimiter = ',', help_heading = "What is planned")]
    pub(super) merge: Vec<String>,
    /// Answers to what is open: the lines of the plan to override, as TOML; a section tables."*" or
    /// tables."public.agent_*" answers every open table of such a name
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(help_heading = "What is planned")]
    pub(super) answers: Option<PathBuf>,
    /// Believe only foreign keys, and look at no row
    #[arg(long, help_heading = "What is planned")]
    pub(super) foreign_keys_only: bool,
    /// Where the plan is written; - is the standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, default_value = PLAN)]
    #[arg(hide_default_value = true, help_heading = "The plan")]
    pub(super) out: PathBuf,
    /// Write a fresh plan over one that somebody has edited
    #[arg(long, help_heading = "The plan")]
    pub(super) force: bool,
    /// Show how a fresh plan differs from the one that is written, and write nothing
    #[arg(long, help_heading = "The plan", conflicts_with_all = ["sql", "force"])]
    pub(super) diff: bool,
    /// Show every statement in its order, with its lock, and write nothing
    #[arg(long, help_heading = "The plan")]
    pub(super) sql: bool,
    /// End with 3 when something is to decide or to apply
    #[arg(long, help_heading = "The plan")]
    pub(super) exit_code: bool,
}

/// Whose the rows are, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Told {
    /// The whole database is one organization.
    Whole,
    /// Each row of a table is one.
    Split,
    /// Each of several databases is one.
    Merge,
}

impl PlanArguments {
    /// The mode, where one was named or follows from what was.
    pub(super) fn mode(&self) -> Option<Mode> {
        match self.mode {
            Some(Told::Whole) => Some(Mode::Whole),
            Some(Told::Split) => Some(Mode::Split),
            Some(Told::Merge) => Some(Mode::Merge),
            None if !self.merge.is_empty() => Some(Mode::Merge),
            None => self.root.as_ref().map(|_| Mode::Split),
        }
    }
}

/// What is applied, and how far.
#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    #[command(flatten)]
    pub(super) place: Where,
    /// The reviewed plan
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, default_value = PLAN)]
    #[arg(hide_default_value = true, help_heading = "How far")]
    pub(super) plan: PathBuf,
    #[command(flatten)]
    pub(super) reach: Reach,
    #[command(flatten)]
    pub(super) pacing: Pacing,
}

/// Going on.
#[derive(Debug, Args)]
pub(crate) struct ResumeArguments {
    #[command(flatten)]
    pub(super) place: Where,
    #[command(flatten)]
    pub(super) reach: Reach,
    #[command(flatten)]
    pub(super) pacing: Pacing,
}

/// How far it goes.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// The last phase to do: prepare, expand, backfill, constrain, shadow, enforce or prove; shadow when left out
    #[arg(long, value_name = "PHASE", value_parser = phase, conflicts_with = "enforce")]
    #[arg(help_heading = "How far")]
    until: Option<Phase>,
    /// Bind every login, and attack the result: --until prove
    #[arg(long, help_heading = "How far")]
    enforce: bool,
    /// Enforce although the old logins still send statements that will be denied
    #[arg(long, help_heading = "How far")]
    pub(super) accept_denials: bool,
}

impl Reach {
    /// The last phase to do.
    pub(super) fn until(&self) -> Phase {
        let asked = if self.enforce { Some(Phase::Prove) } else { self.until };
        asked.unwrap_or(Phase::Shadow)
    }
}

/// How fast rows are written, and how long a lock is waited for.
#[derive(Debug, Args)]
pub(crate) struct Pacing {
    /// How long a batch may take; its size follows; 50 when left out
    #[arg(long, value_name = "MS", value_parser = milliseconds(1, 60_000), help_heading = "The pace")]
    batch_time: Option<Duration>,
    /// Rows of a batch at the most; 20000 when left out
    #[arg(long, value_name = "ROWS", value_parser = rows, help_heading = "The pace")]
    largest_batch: Option<i64>,
    /// How far a replica may lag behind before the work waits; 150 when left out
    #[arg(long, value_name = "MS", value_parser = milliseconds(1, 3_600_000))]
    #[arg(help_heading = "The pace")]
    replica_lag: Option<Duration>,
    /// A rest between two batches; none when left out
    #[arg(long, value_name = "MS", value_parser = milliseconds(0, 60_000), help_heading = "The pace")]
    rest: Option<Duration>,
    /// How long a lock is waited for, which is the longest that the application waits; 200 when left out
    #[arg(long, value_name = "MS", value_parser = milliseconds(1, 60_000), help_heading = "The pace")]
    lock_timeout: Option<Duration>,
}

impl Pacing {
    /// What the engine is told.
    pub(super) fn options(&self, reach: &Reach) -> Options {
        let (pace, patience) = (Pace::default(), Patience::default());
        let largest_batch = self.largest_batch.unwrap_or(pace.largest_batch);
        let longest = self.lock_timeout.unwrap_or(patience.longest);
        Options {
            until: reach.until(),
            pace: Pace {
                batch_time: self.batch_time.unwrap_or(pace.batch_time),
                first_batch: pace.first_batch.min(largest_batch),
                largest_batch,
                replica_lag: self.replica_lag.unwrap_or(pace.replica_lag),
                rest: self.rest.unwrap_or(pace.rest),
            },
            patience: Patience { first: patience.first.min(longest), longest, ..patience },
            accepts_denials: reach.accept_denials,
        }
    }
}

/// What is taken back.
#[derive(Debug, Args)]
pub(crate) struct RollbackArguments {
    #[command(flatten)]
    pub(super) place: Where,
    /// Return to the end of this phase, and no further [take everything back]
    #[arg(long, value_name = "PHASE", value_parser = phase, help_heading = "What is taken back")]
    to: Option<Phase>,
    /// Unique keys that stay as they are now, by name
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', help_heading = "What is taken back")]
    keep: Vec<String>,
    /// Take the column away although several organizations have rows, which cannot be told apart then
    #[arg(long, help_heading = "What is taken back")]
    mix_organizations: bool,
    /// How long a lock is waited for, which is the longest that the application waits; 200 when left out
    #[arg(long, value_name = "MS", value_parser = milliseconds(1, 60_000), help_heading = "The pace")]
    pub(super) lock_timeout: Option<Duration>,
}

impl RollbackArguments {
    /// What the engine is told.
    pub(super) fn options(&self) -> UndoOptions {
        UndoOptions {
            to: self.to,
            keep: self.keep.clone(),
            mixes_organizations: self.mix_organizations,
        }
    }
}

/// The end of it.
#[derive(Debug, Args)]
pub(crate) struct FinishArguments {
    #[command(flatten)]
    pub(super) place: Where,
    /// How long a lock is waited for, which is the longest that the application waits; 200 when left out
    #[arg(long, value_name = "MS", value_parser = milliseconds(1, 60_000), help_heading = "The pace")]
    pub(super) lock_timeout: Option<Duration>,
}

/// Options that differ from the usual ones only in how long a lock is waited for.
pub(super) fn waiting(lock_timeout: Option<Duration>) -> Options {
    let mut options = Options::default();
    if let Some(longest) = lock_timeout {
        options.patience.longest = longest;
        options.patience.first = options.patience.first.min(longest);
    }
    options
}

/// Where the environment of an application is written.
#[derive(Debug, Args)]
pub(crate) struct ConnectArguments {
    #[command(flatten)]
    pub(super) place: Where,
    /// Where it is written; - is the standard output [DATABASE.env in the data directory]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "The file")]
    pub(super) out: Option<PathBuf>,
}

/// A phase by its name; `finish` has a command of its own.
fn phase(text: &str) -> Result<Phase, String> {
    let named = Phase::named(text).filter(|phase| *phase != Phase::Finish);
    named.ok_or_else(|| {
        let names = Phase::ALL.map(Phase::name);
        format!("it is one of {}", names[..names.len() - 1].join(", "))
    })
}
