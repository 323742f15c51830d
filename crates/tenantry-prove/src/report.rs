//! What a run has to say: one model for the terminal, JSON, HTML, SARIF and JUnit, so that none of them can say
//! something else. Every number is counted from the cells; nothing is kept twice.

mod deny;
mod headline;
mod html;
mod json;
mod junit;
mod sarif;
pub mod words;

use serde::{Deserialize, Serialize};

use crate::attack::Attack;

pub use deny::Deny;
pub use html::html;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;

/// A whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// The version of this format: 1.
    pub format: u32,
    /// The version of Tenantry that made it.
    pub tenantry: String,
    /// The database's name.
    pub database: String,
    /// The server's version, for example `15.18`.
    pub server: String,
    /// The role that the attacks ran as: the application's own.
    pub role: String,
    /// When the run began, RFC 3339 in UTC.
    pub started_at: String,
    /// How long it took.
    pub seconds: f64,
    /// How an organization is entered, in words.
    pub way: String,
    /// The first characters of a hash of everything in the catalog that the run read: the same schema, the same word.
    pub schema: String,
    /// Which parts ran: `lint`, `attack`, `plan`.
    pub parts: Vec<Part>,
    /// What was left out because somebody asked for that: the words of `--skip`, and `all but …` for those of `--only`.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// Every object that the role can reach or that holds organizations' rows, what leaks first.
    pub objects: Vec<Object>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What somebody who reads the verdict must know beside it, in whole sentences.
    pub remarks: Vec<String>,
}

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Read in the catalog.
    Lint,
    /// Tried.
    Attack,
    /// Asked of the planner.
    Plan,
}

impl Part {
    /// One lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Attack => "attack",
            Self::Plan => "plan",
        }
    }
}

/// A thing of the database that was attacked: one row of the matrix.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Object {
    /// Its name with the schema, as SQL writes it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How its rows belong to an organization, in a few words: `root`, `organization_id`, `via crawls`, `shared`.
    pub belongs: String,
    /// What was tried and what came of it, in the order of [`Attack::ALL`]; an attack that is left out was not asked for.
    pub cells: Vec<Cell>,
}

/// What kind of thing an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A table, partitioned or not.
    Table,
    /// A partition, or a table that inherits.
    Partition,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A table of another server.
    ForeignTable,
    /// A function or procedure.
    Function,
    /// A sequence.
    Sequence,
}

impl Kind {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Partition => "partition",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::ForeignTable => "foreign table",
            Self::Function => "function",
            Self::Sequence => "sequence",
        }
    }
}

/// One attack on one object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cell {
    /// Which.
    pub attack: Attack,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was run, as one text that can be pasted: how the organization was entered, and the statements. Empty when nothing ran.
    pub sql: String,
    /// What a database that holds answers.
    pub expected: String,
    /// What this one answered.
    pub got: String,
    /// What the row's own organization got in the same way.
    pub control: String,
}

/// What came of an attack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Held: it ran and touched nothing of the other's.
    NoRows,
    /// Held: the database refused it with 42501, or as it would refuse what does not exist.
    Refused,
    /// Another organization's rows were seen or changed.
    Leaked {
        /// How many; counting stops at 10,000.
        rows: u64,
    },
    /// No row, but the answer tells that the other has it.
    Revealed,
    /// It could not be tried, so nothing is known.
    NotRun {
        /// Why, in a sentence.
        why: String,
    },
    /// There is nothing to try.
    DoesNotApply {
        /// Why, in a sentence.
        why: String,
    },
}

impl Outcome {
    /// Whether the wall held.
    #[must_use]
    pub const fn held(&self) -> bool {
        matches!(self, Self::NoRows | Self::Refused)
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// One organization reaches another's rows, or nothing would keep it from it. Ends the run with 5.
    Leak,
    /// The answer of the database tells what another organization has. Ends the run with 5 under `--deny oracle`.
    Oracle,
    /// Nothing leaks by it alone; it makes a leak likely or the database slow.
    Warning,
}

impl Severity {
    /// One lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Oracle => "oracle",
            Self::Warning => "warning",
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    /// `TN07xx` from a lint, `TN08xx` from an attack, `TN09xx` from a plan.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// Which part found it.
    pub part: Part,
    /// The object, role or setting that is at fault, as SQL writes it.
    pub object: String,
    /// What is wrong, in one sentence without a full stop: `view content_search shows rows of other organizations`.
    pub title: String,
    /// Why, in whole sentences.
    pub cause: String,
    /// The exact statement or statements that mend it, or what a person has to decide.
    pub fix: String,
    /// What the statement locks and for how long, in words.
    pub lock: String,
    /// The attack that shows it, when one does.
    pub evidence: Option<Evidence>,
}

/// How an attack showed a finding.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The attacks that got through, in order.
    pub attacks: Vec<Attack>,
    /// The first of them as it was run.
    pub sql: String,
    /// What a database that holds answers.
    pub expected: String,
    /// What this one answered.
    pub got: String,
}

/// The figures of a report, counted from its cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Cells that were tried: stopped, leaked and revealing ones.
    pub attacks: usize,
    /// Cells that held.
    pub stopped: usize,
    /// Cells that leaked.
    pub leaked: usize,
    /// Objects with such a cell.
    pub leaking_objects: usize,
    /// Cells that revealed existence.
    pub revealed: usize,
    /// Cells that could not be tried.
    pub not_run: usize,
    /// Cells where there was nothing to try.
    pub do_not_apply: usize,
}

/// The sentence that a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that was tried held, and everything was tried.
    Held,
    /// What was tried held, but not everything could be tried.
    HeldInPart,
    /// Something leaks.
    Leaks,
}

impl Report {
    /// Counts the cells.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for object in &self.objects {
            for cell in &object.cells {
                match &cell.outcome {
                    Outcome::NoRows | Outcome::Refused => totals.stopped += 1,
                    Outcome::Leaked { .. } => totals.leaked += 1,
                    Outcome::Revealed => totals.revealed += 1,
                    Outcome::NotRun { .. } => totals.not_run += 1,
                    Outcome::DoesNotApply { .. } => totals.do_not_apply += 1,
                }
            }
            totals.leaking_objects += usize::from(object.leaks());
        }
        totals.attacks = totals.stopped + totals.leaked + totals.revealed;
        totals
    }

    /// What it comes to. A leak is a leaking cell or a finding of that severity.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let totals = self.totals();
        let is_found = self.findings.iter().any(|finding| finding.severity == Severity::Leak);
        if totals.leaked > 0 || is_found {
            Verdict::Leaks
        } else if totals.not_run > 0 {
            Verdict::HeldInPart
        } else {
            Verdict::Held
        }
    }

    /// How many findings are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl Object {
    /// Whether any attack on it leaked.
    #[must_use]
    pub fn leaks(&self) -> bool {
        self.cells.iter().any(|cell| matches!(cell.outcome, Outcome::Leaked { .. }))
    }

    /// The cell of an attack.
    #[must_use]
    pub fn cell(&self, attack: Attack) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.attack == attack)
    }
}
