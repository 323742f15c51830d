//! What every operation can do: be checked, started, completed and taken back. An operation is plain data that is stored in
//! the journal, so that it can be taken back by a program that no longer knows the plan it came from.
//!
//! The rules, which the harness in `tests/it/operations` holds every operation to:
//! * `start` may run while the unchanged application works; it never takes anything from it (enforcing operations excepted).
//! * `rollback` undoes `start`, from whatever action it got to. After it a dump of the schema is what it was before.
//! * `complete` removes what only the unchanged application needed. After it the operation cannot be taken back.
//! * each action says how to see that it is done already; one that was interrupted is simply asked for again. The question
//!   must answer yes as well when later actions of the same operation have run.

use serde::{Deserialize, Serialize};

use crate::decisions::Filling;
use crate::name::TableName;
use crate::schema::Schema;

/// An operation.
pub trait Operate {
    /// In a few words, for the list of steps: `add organization_id to crawls`.
    fn title(&self) -> String;

    /// The table it is about, where it is about one.
    fn table(&self) -> Option<&TableName>;

    /// Whether it can be started on this schema.
    ///
    /// # Errors
    /// Why not, in one sentence.
    fn validate(&self, schema: &Schema) -> Result<(), String>;

    /// What it does.
    fn start(&self) -> Vec<Action>;

    /// What is left to do when the old application is gone. Mostly nothing.
    fn complete(&self) -> Vec<Action>;

    /// What takes `start` back, in order.
    fn rollback(&self) -> Vec<Action>;
}

/// One statement or task, small enough to be repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The SQL. Several statements are one transaction, save where the manner says otherwise. Names are always qualified.
    /// Of a task: what it does, in words.
    pub sql: String,
    /// A query of one boolean: whether it is done already. Must not fail when tables or columns are not there.
    pub done: String,
    /// How it has to be run.
    pub manner: Manner,
    /// The strongest lock, and on which tables, in the order in which they are taken. Empty: none on a table.
    pub locks: Vec<(TableName, Lock)>,
}

/// How an action is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Changes only the catalog: one transaction, a lock timeout, five seconds at the most, tried again.
    Short,
    /// Reads or writes a table under a lock that lets the application read and write: one transaction, no time limit.
    Long,
    /// Cannot be in a transaction (`create index concurrently`). When it is interrupted, this index is left invalid and is
    /// dropped before the next try.
    Concurrent {
        /// The index.
        index: TableName,
    },
    /// Many small transactions.
    Batches(Batches),
    /// What is not SQL alone.
    Task(Task),
}

/// Rows that are given their organization in batches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batches {
    /// The table, or a partition.
    pub table: TableName,
    /// The columns by which it is walked; empty: by physical position.
    pub key: Vec<String>,
    /// Whose the rows are.
    pub filling: Filling,
    /// Whether rows point at rows of the same table or of a cycle, so that it is walked until nothing changes.
    pub repeats: bool,
}

/// What is done by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Installs the isolation contract and the control plane, and makes the organizations.
    Prepare,
    /// Takes back what `Prepare` installed.
    Withdraw,
    /// Makes the application's people members.
    Enroll,
    /// Loads the other databases.
    Merge,
    /// Attacks the result.
    Prove,
}

/// PostgreSQL's table locks that matter here, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lock {
    /// Reading.
    AccessShare,
    /// `select … for update`, and the parent of a foreign key that is validated.
    RowShare,
    /// Writing.
    RowExclusive,
    /// Lets everybody read and write; keeps other schema changes out.
    ShareUpdateExclusive,
    /// Keeps writers out: the empty frame of an index on partitions.
    Share,
    /// Keeps writers out, and every other schema change.
    ShareRowExclusive,
    /// Keeps everybody out, readers too.
    AccessExclusive,
}

impl Lock {
    /// As PostgreSQL's documentation writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }
}

impl Action {
    /// What is done by code; `words` say what.
    #[must_use]
    pub fn task(task: Task, words: &str, done: &str) -> Self {
        let (sql, done) = (words.to_owned(), done.to_owned());
        Self { sql, done, manner: Manner::Task(task), locks: Vec::new() }
    }

    /// A change of the catalog, under `ACCESS EXCLUSIVE` on one table.
    #[must_use]
    pub fn short(table: &TableName, sql: String, done: String) -> Self {
        let locks = vec![(table.clone(), Lock::AccessExclusive)];
        Self { sql, done, manner: Manner::Short, locks }
    }

    /// A change of the catalog under other locks.
    #[must_use]
    pub const fn locking(locks: Vec<(TableName, Lock)>, sql: String, done: String) -> Self {
        Self { sql, done, manner: Manner::Short, locks }
    }
}
