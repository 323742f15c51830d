//! Something about the database that a person should know before it is changed.

use serde::{Deserialize, Serialize};

use crate::name::TableName;

pub mod codes;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// Something will behave differently.
    Warning,
    /// Nothing is applied before somebody has decided.
    Decision,
}

/// A finding of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `TN1201`; `tenantry explain` knows it.
    pub code: String,
    /// How much it matters.
    pub weight: Weight,
    /// The table it is about, where there is one.
    pub table: Option<TableName>,
    /// What is so, in one sentence without a full stop.
    pub title: String,
    /// More of it, a line each: figures, statements, names.
    pub facts: Vec<String>,
    /// What to do, a line each: the line of the plan's file to write, or a statement.
    pub help: Vec<String>,
}

impl Finding {
    /// A finding about no table, with neither facts nor help.
    #[must_use]
    pub(crate) fn new(code: &str, weight: Weight, title: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            weight,
            table: None,
            title: title.into(),
            facts: Vec::new(),
            help: Vec::new(),
        }
    }

    /// About this table.
    #[must_use]
    pub(crate) fn on(mut self, table: &TableName) -> Self {
        self.table = Some(table.clone());
        self
    }

    /// One fact more.
    #[must_use]
    pub(crate) fn fact(mut self, line: impl Into<String>) -> Self {
        self.facts.push(line.into());
        self
    }

    /// More facts.
    #[must_use]
    pub(crate) fn facts(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.facts.extend(lines);
        self
    }

    /// One thing more to do.
    #[must_use]
    pub(crate) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }
}
