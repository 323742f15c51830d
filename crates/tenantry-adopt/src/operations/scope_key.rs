//! A unique index that begins with the organization, built beside the old key: foreign keys point at it, and it takes the old
//! key's place at enforcement. Until then the application's `on conflict` finds the old one.

use serde::{Deserialize, Serialize};

use super::index_definition::IndexDefinition;
use super::index_tree::IndexTree;
use super::partition::{Partition, check};
use super::question;
use crate::name::{COLUMN, TableName, made};
use crate::operation::{Action, Operate};
use crate::schema::{Index, Schema};

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeKey {
    /// The table.
    pub table: TableName,
    /// The key as it was.
    pub old: Index,
    /// The partitions, which are indexed first.
    pub partitions: Vec<Partition>,
}

impl ScopeKey {
    /// The name of the new index while the old one stands beside it.
    pub(super) fn name(&self) -> String {
        made(&TableName::new(&self.table.schema, &self.old.name), &[], "scoped")
    }

    /// The index, when the old one can be read.
    pub(super) fn tree(&self) -> Option<IndexTree<'_>> {
        let definition = IndexDefinition::read(&self.old.definition)?.beginning_with(COLUMN);
        let (table, partitions) = (&self.table, self.partitions.as_slice());
        Some(IndexTree { table, partitions, definition, name: self.name(), kind: "scoped" })
    }
}

/// Whether the table still has the index as it was when the plan was made, and whether it is one that can be scoped. One that
/// was scoped already and kept when enforcement was taken back is as good.
pub(super) fn check_key(schema: &Schema, table: &TableName, old: &Index) -> Result<(), String> {
    let (name, shown) = (&old.name, table.shown());
    let scoped = IndexDefinition::read(&old.definition).map(|old| old.beginning_with(COLUMN));
    let is_planned = |found: &Index| {
        let now = IndexDefinition::read(&found.definition);
        found.definition == old.definition
            || now.zip(scoped.as_ref()).is_some_and(|(now, scoped)| now.values() == scoped.values())
    };
    let has_it = |found: &&Index| found.name == *name && is_planned(found);
    let found = schema.table(table).and_then(|found| found.indexes.iter().find(has_it));
    match found {
        None => Err(format!("{shown} has no key {name} as it was planned")),
        Some(found) if !found.is_valid => Err(format!("the index {name} of {shown} is not valid")),
        Some(found) if !found.is_unique => {
            Err(format!("the index {name} of {shown} is not unique"))
        }
        Some(found) => match IndexDefinition::read(&found.definition) {
            Some(_) => Ok(()),
            None => {
                Err(format!("the index {name} of {shown} cannot be read: {}", found.definition))
            }
        },
    }
}

impl Operate for ScopeKey {
    fn title(&self) -> String {
        format!("build {} beginning with {COLUMN} on {}", self.name(), self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        check(schema, &self.table, &self.partitions)?;
        check_key(schema, &self.table, &self.old)
    }

    fn start(&self) -> Vec<Action> {
        let mut actions = self.tree().map(|tree| tree.build()).unwrap_or_default();
        for action in &mut actions {
            // At enforcement the index takes the old one's place, and its first name is gone.
            let swapped =
                question::index(&self.table, &self.old.name, &question::begins_with_organization());
            action.done += &format!(" or {swapped}");
        }
        actions
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        self.tree().map(|tree| tree.fell()).unwrap_or_default()
    }
}
