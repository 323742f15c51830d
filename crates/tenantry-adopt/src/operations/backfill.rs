//! Existing rows are given their organization, batch by batch. Taking it back is dropping the column.

use serde::{Deserialize, Serialize};

use super::question::column;
use crate::name::{COLUMN, TableName, literal};
use crate::operation::{Action, Lock, Manner, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backfill {
    /// What is walked, and how.
    pub batches: crate::operation::Batches,
}

impl Backfill {
    /// Whether no row is without an organization. The rows are asked through a text, because the statement would not even
    /// be read while the column is not there; and only while the column may be null at all.
    fn done(&self) -> String {
        let table = &self.batches.table;
        let rows = format!("select 1 from only {} where {COLUMN} is null limit 1", table.sql());
        format!(
            "select case when {} then true when {} \
             then pg_catalog.query_to_xml({}, false, false, '')::pg_catalog.text not like '%<row%' else false end",
            column(table, "a.attnotnull"),
            column(table, "true"),
            literal(&rows)
        )
    }
}

impl Operate for Backfill {
    fn title(&self) -> String {
        format!("give the rows of {} their organization", self.batches.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.batches.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let shown = self.batches.table.shown();
        let Some(table) = schema.table(&self.batches.table) else {
            return Err(format!("there is no table {shown}"));
        };
        if table.is_partitioned {
            return Err(format!("the rows of {shown} are in its partitions"));
        }
        match self.batches.key.iter().find(|name| table.column(name).is_none()) {
            Some(name) => Err(format!("{shown} has no column {name}")),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let order = match self.batches.key.as_slice() {
            [] => "its place on disk".to_owned(),
            key => key.join(", "),
        };
        vec![Action {
            sql: format!("set {COLUMN} of {} in batches by {order}", self.batches.table),
            done: self.done(),
            manner: Manner::Batches(self.batches.clone()),
            locks: vec![(self.batches.table.clone(), Lock::RowExclusive)],
        }]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        Vec::new()
    }
}
