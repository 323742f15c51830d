//! The swap on a table that is not partitioned: one statement.

use super::super::index_definition::IndexDefinition;
use super::super::index_tree::IndexTree;
use super::super::partition::{family, leaves};
use super::super::question::{ask, constraint};
use super::super::scope_foreign_key::ScopeForeignKey;
use super::super::statement::{
    alter, comment_of_constraint, drop_constraint, keeping, locks, marks_of_index, take,
};
use super::SwapKey;
use crate::name::{TableName, identifier};
use crate::operation::{Action, Lock, Manner};

impl SwapKey {
    pub(super) fn start_plain(&self) -> Vec<Action> {
        let (name, scoped) = (&self.old.name, self.scope().name());
        let changes = if self.old.is_constraint {
            self.exchange(&scoped)
        } else {
            format!("  drop index {};\n{}", self.index().sql(), self.rename(&scoped, name))
        };
        let sql = keeping(&[marks_of_index(&self.index())], "", &changes);
        vec![Action::short(&self.table, sql, ask(&self.is_swapped()))]
    }

    /// Builds the old key beside the new one, and another scoped index where the constraint takes its own with it; then
    /// exchanges them.
    pub(super) fn rollback_plain(&self, old: &IndexDefinition) -> Vec<Action> {
        let mut before = self.before(old).build();
        for action in &mut before {
            // When the old key is back, its first name is gone.
            action.done += &format!(" or {}", self.is_old());
        }
        if !self.old.is_constraint {
            before.push(self.rename_back());
            return before;
        }
        before.extend(self.scope().tree().map(|tree| tree.build()).unwrap_or_default());
        before.push(self.exchange_back());
        before.extend(self.referenced_by.iter().flat_map(check_again));
        before
    }

    /// The old key under another name.
    pub(super) fn before(&self, old: &IndexDefinition) -> IndexTree<'_> {
        let (table, partitions) = (&self.table, self.partitions.as_slice());
        let name = self.temporary("before");
        IndexTree { table, partitions, definition: old.clone(), name, kind: "before" }
    }

    /// The constraint goes, and another index becomes the constraint, in one statement.
    fn exchange(&self, index: &str) -> String {
        let name = &self.old.name;
        let (drop, add) = (drop_constraint(name), self.adopting(name, index));
        format!("  {} {drop}, {add};", alter(&self.table))
    }

    /// Another name for an index of this table.
    fn rename(&self, from: &str, to: &str) -> String {
        let from = TableName::new(&self.table.schema, from);
        format!("  alter index {} rename to {};", from.sql(), identifier(to))
    }

    /// The old constraint takes its place again, and the foreign keys, which stood on the new one, move to its twin.
    fn exchange_back(&self) -> Action {
        let own = std::iter::once(self.table.clone());
        let children =
            self.referenced_by.iter().flat_map(|key| family(&key.table, &key.partitions));
        let held = locks(own.chain(children), Lock::AccessExclusive);
        let mut marks = vec![marks_of_index(&self.index())];
        let mut changes = String::new();
        for key in &self.referenced_by {
            changes += &format!("  {} {};\n", alter(&key.table), drop_constraint(&key.old.name));
            marks.push(comment_of_constraint(&key.table, &key.old.name, &key.old.name));
        }
        changes += &self.exchange(&self.temporary("before"));
        for key in &self.referenced_by {
            let tables = family(&key.table, &key.partitions);
            let is_partitioned = tables.len() > 1;
            let parts = leaves(&key.partitions).cloned().collect();
            for table in if is_partitioned { parts } else { tables } {
                changes += &format!("\n{} not valid;", adding(key, &table));
            }
            if is_partitioned {
                // The comment comes with the table's own key, which is made of the partitions'.
                marks.pop();
            }
        }
        let sql = format!("{}{}", take(&held), keeping(&marks, "", &changes));
        Action::locking(held, sql, ask(&self.is_old()))
    }

    /// The plain index takes its place again; what stands on the new one stays there under its first name.
    fn rename_back(&self) -> Action {
        let (name, scoped) = (&self.old.name, self.scope().name());
        let changes = [
            self.rename(name, &scoped),
            self.rename(&self.temporary("before"), name),
            format!(
                "  comment on index {} is null;",
                TableName::new(&self.table.schema, &scoped).sql()
            ),
        ];
        // Renaming alone would take less, but marks that are set again take this.
        let lock = format!("lock table only {} in access exclusive mode;\n", self.table.sql());
        let sql = lock + &keeping(&[marks_of_index(&self.index())], "", &changes.join("\n"));
        Action::short(&self.table, sql, ask(&self.is_old()))
    }
}

/// `alter table … add constraint …` of a foreign key that carries the organization.
fn adding(key: &ScopeForeignKey, table: &TableName) -> String {
    let name = identifier(&key.old.name);
    format!("  {} add constraint {name} {}", alter(table), key.definition(key.cascades_moves))
}

/// Checks the rows of a foreign key that was made anew.
fn check_again(key: &ScopeForeignKey) -> Vec<Action> {
    let name = &key.old.name;
    let mut actions: Vec<Action> = Vec::new();
    let parts: Vec<TableName> = leaves(&key.partitions).cloned().collect();
    let tables = if parts.is_empty() { vec![key.table.clone()] } else { parts };
    for table in tables.iter().filter(|_| key.old.is_validated) {
        let parent = std::iter::once((key.old.parent.clone(), Lock::RowShare));
        let own = (table.clone(), Lock::ShareUpdateExclusive);
        actions.push(Action {
            sql: format!("{} validate constraint {}", alter(table), identifier(name)),
            done: ask(&format!("not {}", constraint(table, name, "not k.convalidated"))),
            manner: Manner::Long,
            locks: std::iter::once(own)
                .chain(parent.filter(|(parent, _)| parent != table))
                .collect(),
        });
    }
    if !key.partitions.is_empty() {
        actions.push(gather(key));
    }
    actions
}

/// A partitioned table's own key takes over those of its partitions.
fn gather(key: &ScopeForeignKey) -> Action {
    let own = family(&key.table, &key.partitions);
    let held = locks(own.into_iter().chain([key.old.parent.clone()]), Lock::AccessExclusive);
    let sql = format!("{}{}", take(&held), adding(key, &key.table).trim_start());
    Action::locking(held, sql, ask(&constraint(&key.table, &key.old.name, "true")))
}
