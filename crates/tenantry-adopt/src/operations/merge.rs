//! The rows of other databases, each under its organization.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::operation::{Action, Lock, Manner, Operate, Task};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// Where they are.
    pub sources: Vec<crate::decisions::Source>,
    /// What is loaded, parents first.
    pub tables: Vec<TableName>,
    /// Tables of nobody's rows: a source's have to be the same, and its additional ones are added.
    #[serde(default)]
    pub shared: Vec<TableName>,
    /// Where each source's people are, to make them members of its organization.
    #[serde(default)]
    pub people: Option<crate::decisions::People>,
}

/// A comment says so, because a question about a table that is not there would be an error.
const DONE: &str = "select coalesce(pg_catalog.obj_description(pg_catalog.to_regclass('tenantry_adopt.sources'), 'pg_class') = 'done', false)";
const UNLOADED: &str = "select pg_catalog.to_regclass('tenantry_adopt.sources') is null";

impl Operate for Merge {
    fn title(&self) -> String {
        let count = self.sources.len();
        let ending = if count == 1 { "" } else { "s" };
        format!("load {count} other database{ending}, each under its organization")
    }

    fn table(&self) -> Option<&TableName> {
        None
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        match self.tables.iter().chain(&self.shared).find(|name| schema.table(name).is_none()) {
            Some(name) => Err(format!("there is no table {name}")),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let locks = self.tables.iter().map(|table| (table.clone(), Lock::RowExclusive)).collect();
        vec![Action { locks, ..Action::task(Task::Merge, &self.title(), DONE) }]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let children_first: Vec<&TableName> = self.tables.iter().rev().collect();
        let deletes = children_first.iter().map(|table| {
            format!("delete from {} where organization_id in (select organization_id from tenantry_adopt.sources);", table.sql())
        });
        // Whole organizations go, so nothing is left that a foreign key or a trigger of the application could speak for.
        let sql = format!(
            "set local session_replication_role = replica;\n{}\ndrop table tenantry_adopt.sources;",
            deletes.collect::<Vec<_>>().join("\n")
        );
        let locks =
            children_first.into_iter().map(|table| (table.clone(), Lock::RowExclusive)).collect();
        vec![Action { sql, done: UNLOADED.to_owned(), manner: Manner::Long, locks }]
    }
}
