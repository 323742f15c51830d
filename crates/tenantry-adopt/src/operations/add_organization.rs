//! The column. Every existing row of a whole database is given its organization by the default, which PostgreSQL stores
//! once and not in each row; elsewhere the column begins empty.

use serde::{Deserialize, Serialize};

use super::partition::{Partition, check, family};
use super::question::{ask, column};
use super::statement::{alter, locks, take};
use crate::name::{COLUMN, TableName};
use crate::operation::{Action, Lock, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddOrganization {
    /// The table; of a partitioned one its partitions follow.
    pub table: TableName,
    /// The organization of every row, where it is one.
    pub constant: Option<uuid::Uuid>,
    /// Its partitions, which are locked with it.
    #[serde(default)]
    pub partitions: Vec<Partition>,
}

impl AddOrganization {
    /// A change of the table and its partitions, all locked in one order.
    fn change(&self, sql: &str, done: &str) -> Action {
        let held = locks(family(&self.table, &self.partitions), Lock::AccessExclusive);
        let sql = format!("{}{} {sql}", take(&held), alter(&self.table));
        Action::locking(held, sql, ask(done))
    }
}

impl Operate for AddOrganization {
    fn title(&self) -> String {
        format!("add {COLUMN} to {}", self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        check(schema, &self.table, &self.partitions)?;
        let shown = self.table.shown();
        let Some(table) = schema.table(&self.table) else { return Ok(()) };
        let is_parent = schema.tables.iter().any(|other| other.inherits.contains(&self.table));
        if let Some(parent) = &table.partition_of {
            return Err(format!(
                "{shown} is a partition of {}, which has the column",
                parent.shown()
            ));
        }
        if table.is_foreign {
            return Err(format!("the rows of {shown} are on another server"));
        }
        if is_parent || !table.inherits.is_empty() {
            return Err(format!("{shown} inherits from a table, or is inherited by one"));
        }
        match table.column(COLUMN) {
            Some(_) => Err(format!("{shown} has a column {COLUMN} already")),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let rule = self.constant.map(|id| format!(" not null default '{id}'")).unwrap_or_default();
        let sql = format!("add column {COLUMN} pg_catalog.uuid{rule}");
        vec![self.change(&sql, &column(&self.table, "true"))]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let sql = format!("drop column if exists {COLUMN}");
        vec![self.change(&sql, &format!("not {}", column(&self.table, "true")))]
    }
}
