//! An index that begins with the organization, beside one that does not.

use serde::{Deserialize, Serialize};

use super::index_definition::IndexDefinition;
use super::index_tree::IndexTree;
use super::partition::{Partition, check};
use crate::name::{COLUMN, TableName, identifier, made};
use crate::operation::{Action, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeIndex {
    /// The table.
    pub table: TableName,
    /// What follows the organization.
    pub columns: Vec<String>,
    /// The partitions, which are indexed first.
    pub partitions: Vec<Partition>,
}

impl ScopeIndex {
    /// The index.
    fn tree(&self) -> IndexTree<'_> {
        let columns = self.columns.iter().map(|name| identifier(name)).collect();
        let definition = IndexDefinition::over(columns).beginning_with(COLUMN);
        let (table, partitions) = (&self.table, self.partitions.as_slice());
        IndexTree { table, partitions, definition, name: self.name(), kind: "scoped" }
    }

    /// Its name.
    fn name(&self) -> String {
        let parts = std::iter::once(COLUMN).chain(self.columns.iter().map(String::as_str));
        made(&self.table, &parts.collect::<Vec<_>>(), "idx")
    }
}

impl Operate for ScopeIndex {
    fn title(&self) -> String {
        let columns = [vec![COLUMN.to_owned()], self.columns.clone()].concat().join(", ");
        format!("index {} by {columns}", self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        check(schema, &self.table, &self.partitions)?;
        let Some(table) = schema.table(&self.table) else { return Ok(()) };
        if let Some(name) = self.columns.iter().find(|name| table.column(name).is_none()) {
            return Err(format!("{} has no column {name}", self.table.shown()));
        }
        let name = self.name();
        let same_schema = |other: &&crate::schema::Table| other.name.schema == self.table.schema;
        let mut others = schema.tables.iter().filter(same_schema).flat_map(|other| &other.indexes);
        match others.find(|index| index.name == name) {
            Some(_) => Err(format!("there is an index {name} already")),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        self.tree().build()
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        self.tree().fell()
    }
}
