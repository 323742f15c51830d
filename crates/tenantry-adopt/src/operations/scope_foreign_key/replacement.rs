//! One foreign key takes the place and the name of another: it is added under another name without looking at the rows, its
//! rows are checked while everybody writes, and then one short transaction drops the old one and gives the new one its name.
//! A partitioned table takes no unchecked foreign key, so there each partition gets one first, and the table uses those.

use super::super::partition::{Partition, family, leaves};
use super::super::question::{ask, constraint};
use super::super::statement::{
    alter, comment_of_constraint, drop_constraint, keeping, locks, take,
};
use crate::name::{TableName, identifier};
use crate::operation::{Action, Lock, Manner};

/// What takes whose place.
#[derive(Debug)]
pub(in crate::operations) struct Replacement<'a> {
    /// The table that declares it.
    pub(in crate::operations) table: &'a TableName,
    /// Its partitions.
    pub(in crate::operations) partitions: &'a [Partition],
    /// The table it points at, with its partitions.
    pub(in crate::operations) parents: Vec<TableName>,
    /// The name it has in the end.
    pub(in crate::operations) name: &'a str,
    /// The name it has until then.
    pub(in crate::operations) temporary: String,
    /// What stands behind the name.
    pub(in crate::operations) definition: String,
    /// Whether the rows are checked.
    pub(in crate::operations) validates: bool,
    /// The condition on a constraint (`k`) that it is the new one.
    pub(in crate::operations) is_new: String,
}

impl Replacement<'_> {
    /// All of it.
    pub(in crate::operations) fn actions(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        for table in self.checked() {
            actions.push(self.add(table));
            if self.validates {
                actions.push(self.validate(table));
            }
        }
        if !self.partitions.is_empty() {
            actions.push(self.gather());
        }
        actions.push(self.swap());
        actions
    }

    /// The tables that have the rows.
    fn checked(&self) -> Vec<&TableName> {
        if self.partitions.is_empty() {
            vec![self.table]
        } else {
            leaves(self.partitions).collect()
        }
    }

    /// Whether a table has the new one, under its first or its last name.
    fn has(&self, table: &TableName, condition: &str) -> String {
        let new = format!("({condition}) and ({})", self.is_new);
        let (early, late) =
            (constraint(table, &self.temporary, condition), constraint(table, self.name, &new));
        ask(&format!("{early} or {late}"))
    }

    /// Locks on a table, and on what it points at.
    fn locks(&self, tables: Vec<TableName>, lock: Lock) -> Vec<(TableName, Lock)> {
        locks(tables.into_iter().chain(self.parents.iter().cloned()), lock)
    }

    /// `alter table … add constraint …`.
    fn adding(&self, table: &TableName) -> String {
        let (table, name) = (alter(table), identifier(&self.temporary));
        format!("{table} add constraint {name} {}", self.definition)
    }

    /// Adds it to a table with rows, without looking at them.
    fn add(&self, table: &TableName) -> Action {
        let held = self.locks(vec![table.clone()], Lock::ShareRowExclusive);
        let sql = format!("{}{} not valid", take(&held), self.adding(table));
        Action::locking(held, sql, self.has(table, "true"))
    }

    /// Checks the rows.
    fn validate(&self, table: &TableName) -> Action {
        let name = identifier(&self.temporary);
        let parents = self.parents.iter().filter(|parent| *parent != table);
        let own = std::iter::once((table.clone(), Lock::ShareUpdateExclusive));
        Action {
            sql: format!("{} validate constraint {name}", alter(table)),
            done: self.has(table, "k.convalidated"),
            manner: Manner::Long,
            locks: own.chain(parents.map(|parent| (parent.clone(), Lock::RowShare))).collect(),
        }
    }

    /// Gives it to the partitioned table, which takes over those of its partitions.
    fn gather(&self) -> Action {
        let own = family(self.table, self.partitions).into_iter();
        // The triggers on the parent that belonged to each partition's own key are dropped; and where the parent has
        // partitions, what each partition's key had made for them.
        let is_rebuilt = |table: &TableName| {
            self.parents.len() > 1 && leaves(self.partitions).any(|leaf| leaf == table)
        };
        let lock = |table: &TableName| {
            if is_rebuilt(table) { Lock::AccessExclusive } else { Lock::ShareRowExclusive }
        };
        let own = own.map(|table| (table.clone(), lock(&table)));
        let theirs = self.parents.iter().map(|table| (table.clone(), Lock::AccessExclusive));
        let mut held: Vec<(TableName, Lock)> = own.chain(theirs).collect();
        held.sort_by(|(one, weak), (other, strong)| one.cmp(other).then(strong.cmp(weak)));
        held.dedup_by(|(later, _), (earlier, _)| later == earlier);
        let sql = format!("{}{}", take(&held), self.adding(self.table));
        Action::locking(held, sql, self.has(self.table, "true"))
    }

    /// Drops the old one and gives the new one its name.
    fn swap(&self) -> Action {
        let (name, temporary) = (identifier(self.name), identifier(&self.temporary));
        let own = family(self.table, self.partitions);
        let mut changes = format!("  {} {};", alter(self.table), drop_constraint(self.name));
        for table in &own {
            changes += &format!("\n  {} rename constraint {temporary} to {name};", alter(table));
        }
        let marks = [comment_of_constraint(self.table, self.name, self.name)];
        let done = format!(
            "{} and not {}",
            constraint(self.table, self.name, &self.is_new),
            constraint(self.table, &self.temporary, "true")
        );
        let held = self.locks(own, Lock::AccessExclusive);
        let sql = format!("{}{}", take(&held), keeping(&marks, "", &changes));
        Action::locking(held, sql, ask(&done))
    }

    /// Drops what bears the temporary name, from the table and from partitions that it had not reached.
    pub(in crate::operations) fn discard(&self) -> Vec<Action> {
        let leaves = leaves(self.partitions).map(|table| (table, vec![table.clone()]));
        std::iter::once((self.table, family(self.table, self.partitions)))
            .chain(leaves)
            .map(|(table, tables)| {
                let held = self.locks(tables, Lock::AccessExclusive);
                let drop = format!("drop constraint if exists {}", identifier(&self.temporary));
                let sql = format!("{}{} {drop}", take(&held), alter(table));
                let done = format!("not {}", constraint(table, &self.temporary, "true"));
                Action::locking(held, sql, ask(&done))
            })
            .collect()
    }
}
