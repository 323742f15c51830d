//! What each table is to an organization: the answer of `classify`, before a person has confirmed it.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::name::{TableName, identifier, literal};

/// Below this, a person is asked.
pub const SURE: f32 = 0.9;

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Each row belongs to one organization.
    Tenant,
    /// Everybody reads it, nobody's organization writes it.
    Shared,
    /// Accounts of people: global, out of the request path's reach.
    Identity,
    /// What a tool keeps for itself: migrations, locks. Out of reach.
    Infrastructure,
}

/// Whose the rows of the database are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The whole database is one organization.
    #[default]
    Whole,
    /// Each row of one table is an organization.
    Split,
    /// Several databases become organizations of this one.
    Merge,
}

/// One step from a row to the row that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The columns of the child.
    pub columns: Vec<String>,
    /// The table they point at.
    pub parent: TableName,
    /// The parent's columns.
    pub parent_columns: Vec<String>,
    /// What says so.
    pub kind: LinkKind,
    /// Whether every row has a parent: all columns are declared `not null`.
    pub is_total: bool,
    /// The child's column is a text that holds keys of this type. Of one column only.
    pub cast: Option<String>,
}

impl Link {
    /// The condition that a child's row points at a parent's row, for the two aliases. A text that holds no key of the
    /// parent's type points nowhere, and never makes the statement fail.
    #[must_use]
    pub fn condition(&self, child: &str, parent: &str) -> String {
        let pairs = self.columns.iter().zip(&self.parent_columns);
        let mut parts: Vec<String> = pairs
            .map(|(own, theirs)| {
                format!(
                    "{parent}.{} = {}",
                    identifier(theirs),
                    self.value(&format!("{child}.{}", identifier(own)))
                )
            })
            .collect();
        if let LinkKind::Polymorphic { type_column, type_value } = &self.kind {
            parts.push(format!(
                "{child}.{}::text = {}",
                identifier(type_column),
                literal(type_value)
            ));
        }
        parts.join(" and ")
    }

    /// The child's value as the parent's type.
    fn value(&self, column: &str) -> String {
        let Some(cast) = &self.cast else { return column.to_owned() };
        let form = match cast.as_str() {
            "uuid" => "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
            "smallint" => "^[0-9]{1,4}$",
            "integer" => "^[0-9]{1,9}$",
            "bigint" => "^[0-9]{1,18}$",
            _ => return format!("{column}::{cast}"),
        };
        format!("case when {column}::text ~ {} then {column}::text::{cast} end", literal(form))
    }
}

/// What says that a row belongs to another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A foreign key, by its name.
    ForeignKey(String),
    /// Values, without a foreign key.
    Soft,
    /// A soft reference that counts only where another column says so.
    Polymorphic {
        /// The column that names the kind.
        type_column: String,
        /// The value with which this link counts.
        type_value: String,
    },
}

/// What was found out about one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The table; partitions belong as their parent does and have no verdict.
    pub table: TableName,
    /// What it most likely is.
    pub class: Class,
    /// From 0 to 1. Below [`SURE`], a person decides.
    pub confidence: f32,
    /// Why, in one sentence.
    pub reason: String,
    /// The links by which it may belong, the best first. Empty for a root, and where the class needs none.
    pub links: Vec<Link>,
}

/// What was found out about all of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Candidates for the table whose rows are organizations, the best first, with their scores from 0 to 1.
    pub roots: Vec<(TableName, f32)>,
    /// The table of people.
    pub people: Option<TableName>,
    /// One a table, parents before children, in cycles by name.
    pub verdicts: Vec<Verdict>,
    /// What a person should know: cycles, tables without a key, paths that disagree.
    pub findings: Vec<Finding>,
}

impl Classification {
    /// The verdict on a table.
    #[must_use]
    pub fn verdict(&self, table: &TableName) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.table == *table)
    }
}
