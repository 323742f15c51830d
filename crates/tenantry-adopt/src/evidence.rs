//! What the rows themselves say: which columns point at which tables although no foreign key says so, and which statements
//! the application sends. Measured on samples, never on a whole large table, and never believed without its figures.

mod agreement;
mod json;
mod key;
mod measure;
mod naming;
mod polymorphic;
mod probe;
mod read;
mod soft;
mod statements;
mod words;

use serde::{Deserialize, Serialize};

use crate::name::TableName;

pub use agreement::agreement;

/// Everything that was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// References without a foreign key.
    pub soft: Vec<SoftReference>,
    /// Pairs of columns that name a table and a row of it.
    pub polymorphic: Vec<Polymorphic>,
    /// Keys inside JSON whose values are keys of a table. Only reported.
    pub json: Vec<SoftReference>,
    /// What could not be measured in time, a line each: there is a gap.
    #[serde(default)]
    pub skipped: Vec<String>,
    /// Statements the application sent, where `pg_stat_statements` is there; absent when it is not.
    pub statements: Option<Vec<Sent>>,
}

/// A column whose values are keys of another table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SoftReference {
    /// The table with the column.
    pub child: TableName,
    /// The column.
    pub column: String,
    /// The table it points at.
    pub parent: TableName,
    /// The parent's key.
    pub parent_column: String,
    /// Rows that were looked at.
    pub sampled: i64,
    /// Of those, rows with neither null nor an empty text there.
    pub filled: i64,
    /// Of those, rows whose parent is not there.
    pub missing: i64,
    /// Whether the column's name says so too (`team_id`, `teamId`, `fk_team`).
    pub is_named: bool,
    /// Whether the two types differ, so that a cast is needed (`text` that holds a `uuid`).
    pub needs_cast: bool,
}

/// A pair such as (`resource_type`, `resource_id`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Polymorphic {
    /// The table with the pair.
    pub child: TableName,
    /// The column that names a kind.
    pub type_column: String,
    /// The column that names a row.
    pub id_column: String,
    /// Each value of the first column, with the table it means when that was found.
    pub targets: Vec<(String, Option<SoftReference>)>,
}

/// A statement that was sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// Its text, with parameters for values.
    pub text: String,
    /// How often.
    pub calls: i64,
    /// By which role.
    pub role: String,
    /// The tables whose names stand in it.
    pub tables: Vec<TableName>,
}

/// Two paths from a table to an organization, and whether they lead to the same one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The table.
    pub table: TableName,
    /// Both paths, in words: `project_id → projects`.
    pub paths: Vec<String>,
    /// Rows where both lead somewhere.
    pub compared: i64,
    /// Of those, rows where they lead to different organizations: references across organizations that exist already.
    pub disagree: i64,
}
