//! What a database consists of, as it was read in one snapshot. It says nothing of who may do what at run time, and guesses
//! nothing: what a table means is [`classification`](crate::classification).
//!
//! Objects of the system, of extensions and of Tenantry itself (`tenantry`, `tenantry_private`, `tenantry_history`,
//! `tenantry_adopt`) are left out, so a schema reads the same before and after our own schemas were installed.

pub(crate) mod mention;
mod neighbour;
mod read;
mod shape;

use serde::{Deserialize, Serialize};

use crate::name::TableName;

pub use neighbour::{ColumnList, EventTrigger, RowTypeUse};
pub use shape::difference;

/// Everything that is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The database's name.
    pub database: String,
    /// `server_version_num`, for example 150018.
    pub server_version: i32,
    /// Tables, partitioned tables and partitions, by name.
    pub tables: Vec<Table>,
    /// Views and materialized views, by name.
    pub views: Vec<View>,
    /// Functions and procedures, by signature.
    pub functions: Vec<Function>,
    /// Sequences, by name.
    pub sequences: Vec<Sequence>,
    /// Publications of logical replication.
    pub publications: Vec<Publication>,
    /// Roles that can log in, and what they are allowed beyond their grants.
    pub logins: Vec<Login>,
    /// Columns that hold whole rows of tables.
    #[serde(default)]
    pub row_types: Vec<RowTypeUse>,
    /// Event triggers that fire when a table is changed.
    #[serde(default)]
    pub event_triggers: Vec<EventTrigger>,
    /// Installed extensions.
    pub extensions: Vec<String>,
}

/// A table, with what hangs on it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Whether its rows are in partitions.
    pub is_partitioned: bool,
    /// Of which table it is a partition.
    pub partition_of: Option<TableName>,
    /// What it inherits from, in the old way (not as a partition).
    pub inherits: Vec<TableName>,
    /// The composite type that it was made of: such a table gets a column only with its type.
    #[serde(default)]
    pub of_type: Option<String>,
    /// Whether it is a foreign table, whose rows are on another server.
    pub is_foreign: bool,
    /// Who owns it.
    pub owner: String,
    /// In their order.
    pub columns: Vec<Column>,
    /// Its `check` constraints, by name.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Every index, those of constraints too.
    pub indexes: Vec<Index>,
    /// The foreign keys that it declares, towards its parents.
    pub foreign_keys: Vec<ForeignKey>,
    /// Triggers that people made.
    pub triggers: Vec<Trigger>,
    /// Rules other than those of views.
    pub rules: Vec<String>,
    /// Those of them that rewrite updates where `session_replication_role` is `replica` too.
    #[serde(default)]
    pub replica_rules: Vec<String>,
    /// Policies of row security, by name.
    pub policies: Vec<String>,
    /// Whether row security is on.
    pub has_row_security: bool,
    /// Whether it holds for the owner too.
    pub has_forced_row_security: bool,
    /// What changes from day to day, and is no part of the hash.
    pub statistics: Statistics,
}

/// What the server counts of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Rows: counted where it is small, estimated else.
    pub rows: i64,
    /// Bytes on disk, with indexes.
    pub bytes: i64,
    /// Inserts, updates and deletes since the server began to count.
    pub writes: i64,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as PostgreSQL writes it: `character varying(40)`.
    pub type_name: String,
    /// Whether it is declared `not null`.
    pub is_not_null: bool,
    /// Its default, as SQL.
    pub default: Option<String>,
    /// Computed from other columns.
    pub is_generated: bool,
    /// An identity.
    pub is_identity: bool,
    /// The share of rows where it is null, from the statistics; absent before an `analyze`. No part of the hash.
    pub null_fraction: Option<f32>,
    /// The labels of its type, where that is an enumeration.
    #[serde(default)]
    pub labels: Vec<String>,
}

/// A `check` constraint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// The columns it looks at.
    pub columns: Vec<String>,
    /// Everything behind the name, as PostgreSQL writes it.
    pub definition: String,
}

/// An index, a key or an exclusion constraint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Its name; of a constraint's index, that of the constraint.
    pub name: String,
    /// Its columns in order; empty when one of them is an expression.
    pub columns: Vec<String>,
    /// The whole `create index` statement, as PostgreSQL writes it.
    pub definition: String,
    /// The access method: `btree`, `gin`.
    pub method: String,
    /// Whether it is unique.
    pub is_unique: bool,
    /// Whether it is the primary key.
    pub is_primary: bool,
    /// Whether a constraint stands on it, so that it is dropped as a constraint.
    pub is_constraint: bool,
    /// Whether it is an exclusion constraint.
    pub is_exclusion: bool,
    /// The `where` of a partial index.
    pub predicate: Option<String>,
    /// Two nulls are equal.
    pub is_nulls_not_distinct: bool,
    /// Whether the constraint is checked at the end of a transaction when asked.
    pub is_deferrable: bool,
    /// Whether it is, unless asked otherwise.
    pub is_initially_deferred: bool,
    /// Whether it can be used; one whose concurrent build failed cannot.
    pub is_valid: bool,
    /// Its first operator is not leak-proof, so row security keeps the planner from using it for the application's conditions.
    pub is_bypassed: bool,
    /// What could not be without it: functions and rules that name it, described. Foreign keys and views are told elsewhere.
    #[serde(default)]
    pub needed_by: Vec<String>,
    /// Scans since the server began to count. No part of the hash.
    pub scans: i64,
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The referencing columns.
    pub columns: Vec<String>,
    /// The referenced table.
    pub parent: TableName,
    /// The referenced columns, in the same order.
    pub parent_columns: Vec<String>,
    /// What happens to the row when the parent is deleted.
    pub on_delete: Reaction,
    /// The columns of `on delete set null (…)`; empty: all.
    pub set_columns: Vec<String>,
    /// What happens to the row when the parent's key changes.
    pub on_update: Reaction,
    /// `match full`.
    pub is_match_full: bool,
    /// Whether it may be checked at the end of a transaction.
    pub is_deferrable: bool,
    /// Whether it is, unless asked otherwise.
    pub is_initially_deferred: bool,
    /// Whether every row was checked.
    pub is_validated: bool,
    /// Everything behind the name, as PostgreSQL writes it: `FOREIGN KEY (a) REFERENCES b(c) ON DELETE CASCADE`.
    pub definition: String,
}

/// What a foreign key does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// Refuses, at the end of the statement.
    #[default]
    NoAction,
    /// Refuses at once.
    Restrict,
    /// Does the same to the row.
    Cascade,
    /// Empties the columns.
    SetNull,
    /// Sets the columns to their defaults.
    SetDefault,
}

/// A trigger.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// The function it calls, as SQL names it.
    pub function: String,
    /// Whether that function runs with its owner's rights.
    pub is_definer: bool,
    /// Whether it fires on an update of any column where `session_replication_role` is `replica` too.
    #[serde(default)]
    pub fires_for_replicas: bool,
}

/// A view.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: TableName,
    /// Whether it is materialized: its rows are copies, which no policy guards.
    pub is_materialized: bool,
    /// Who owns it.
    pub owner: String,
    /// Whether it reads with the rights of whoever asks.
    pub is_invoker: bool,
    /// The tables it reads, through other views too.
    pub reads: Vec<TableName>,
    /// Primary keys, by table and name, that its query needs to stay as they are: it groups by them and shows other columns.
    #[serde(default)]
    pub groups_by: Vec<(TableName, String)>,
    /// Its query.
    pub definition: String,
}

/// A function or procedure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// `schema.name(type, type)`, quoted as SQL needs it.
    pub signature: String,
    /// `function` or `procedure`.
    pub kind: String,
    /// Who owns it.
    pub owner: String,
    /// Whether it runs with its owner's rights.
    pub is_definer: bool,
    /// Whether everybody may call it.
    pub is_public: bool,
    /// Whether it fixes its `search_path`.
    pub has_search_path: bool,
    /// The tables whose names stand in its source.
    pub names: Vec<TableName>,
    /// A hash of its source.
    pub source_hash: String,
}

/// A sequence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: TableName,
    /// The table whose column it numbers.
    pub table: Option<TableName>,
}

/// A publication.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// Its name.
    pub name: String,
    /// Whether it publishes every table.
    pub is_for_all: bool,
    /// The tables it names.
    pub tables: Vec<TableName>,
    /// Whether it sends updates or deletes, for which the columns must hold the replica identity.
    #[serde(default)]
    pub sends_changes: bool,
    /// The tables of which it sends some columns only.
    #[serde(default)]
    pub lists: Vec<ColumnList>,
}

/// A role that can log in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Login {
    /// Its name.
    pub name: String,
    /// May do anything, whatever row security says.
    pub is_superuser: bool,
    /// Is not bound by row security.
    pub bypasses_row_security: bool,
    /// How many tables it owns.
    pub owns: i64,
    /// Whether it may read some table.
    pub reads: bool,
    /// Connections of it, now. No part of the hash.
    pub connections: i64,
}

impl Default for TableName {
    fn default() -> Self {
        Self::new("public", "")
    }
}

impl Schema {
    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }

    /// The partitions of a table, at any depth.
    #[must_use]
    pub fn partitions(&self, name: &TableName) -> Vec<&Table> {
        let children = self.tables.iter().filter(|table| table.partition_of.as_ref() == Some(name));
        children.flat_map(|child| [vec![child], self.partitions(&child.name)].concat()).collect()
    }
}

impl Table {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The primary key.
    #[must_use]
    pub fn primary_key(&self) -> Option<&Index> {
        self.indexes.iter().find(|index| index.is_primary)
    }

    /// The columns that tell a row from all others: the primary key, or a valid unique index over columns that are never null.
    #[must_use]
    pub fn key(&self) -> Option<&Index> {
        let is_whole = |index: &&Index| {
            let never_null =
                |name: &String| self.column(name).is_some_and(|column| column.is_not_null);
            index.is_unique
                && index.is_valid
                && !index.is_deferrable
                && index.predicate.is_none()
                && !index.columns.is_empty()
                && index.columns.iter().all(never_null)
        };
        self.primary_key().or_else(|| self.indexes.iter().find(is_whole))
    }
}
