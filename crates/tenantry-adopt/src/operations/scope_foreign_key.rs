//! A foreign key that carries the organization takes the place, and the name, of one that does not. The parent needs only a
//! unique index that begins with the organization, no constraint.

use serde::{Deserialize, Serialize};

use self::replacement::Replacement;
use super::partition::{Partition, check, family};
use super::question::{ask, carries_organization, constraint};
use super::statement::{alter, drop_constraint, locks, take};
use crate::name::{TableName, identifier, made};
use crate::operation::{Action, Lock, Manner, Operate};
use crate::schema::{ForeignKey, Reaction, Schema};

mod definition;
pub(super) mod replacement;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeForeignKey {
    /// The table that declares it.
    pub table: TableName,
    /// The key as it was.
    pub old: ForeignKey,
    /// Whether a row that moves to another organization takes its children with it: while triggers fill the column.
    pub cascades_moves: bool,
    /// The partitions of the table, which are constrained first.
    pub partitions: Vec<Partition>,
    /// The partitions of the table it points at, which are locked with it.
    #[serde(default)]
    pub parent_partitions: Vec<Partition>,
}

impl ScopeForeignKey {
    /// A name for as long as another key has the right one.
    fn temporary(&self, kind: &str) -> String {
        made(&TableName::new(&self.table.schema, &self.old.name), &[], kind)
    }

    /// A key that takes the place of what has the name now.
    pub(super) fn replacement(
        &self,
        kind: &str,
        definition: String,
        is_new: String,
    ) -> Replacement<'_> {
        Replacement {
            table: &self.table,
            partitions: &self.partitions,
            parents: family(&self.old.parent, &self.parent_partitions),
            name: &self.old.name,
            temporary: self.temporary(kind),
            definition,
            validates: self.old.is_validated,
            is_new,
        }
    }

    /// The new key in place of the old one.
    fn scoped(&self) -> Replacement<'_> {
        let definition = self.definition(self.cascades_moves);
        self.replacement("scoped", definition, carries_organization())
    }

    /// The old key in place of the new one.
    fn restored(&self) -> Replacement<'_> {
        let definition = self.old.definition.trim_end_matches(" NOT VALID").to_owned();
        self.replacement("before", definition, format!("not {}", carries_organization()))
    }

    /// The check that keeps half-empty references out, where the old key did.
    fn check_fullness(&self) -> Vec<Action> {
        let Some(condition) = self.fullness() else { return Vec::new() };
        let (table, name) = (alter(&self.table), self.temporary("full"));
        let tables = family(&self.table, &self.partitions);
        let held = locks(tables.clone(), Lock::AccessExclusive);
        let sql = format!(
            "{}{table} add constraint {} check ({condition}) not valid",
            take(&held),
            identifier(&name)
        );
        let add = Action::locking(held, sql, ask(&constraint(&self.table, &name, "true")));
        let validate = Action {
            sql: format!("{table} validate constraint {}", identifier(&name)),
            done: ask(&constraint(&self.table, &name, "k.convalidated")),
            manner: Manner::Long,
            locks: locks(tables, Lock::ShareUpdateExclusive),
        };
        if self.old.is_validated { vec![add, validate] } else { vec![add] }
    }

    /// Takes that check away.
    fn drop_fullness(&self) -> Option<Action> {
        self.fullness()?;
        let name = self.temporary("full");
        let held = locks(family(&self.table, &self.partitions), Lock::AccessExclusive);
        let sql = format!("{}{} {}", take(&held), alter(&self.table), drop_constraint(&name));
        let done = ask(&format!("not {}", constraint(&self.table, &name, "true")));
        Some(Action::locking(held, sql, done))
    }
}

impl Operate for ScopeForeignKey {
    fn title(&self) -> String {
        let (table, parent) = (self.table.shown(), self.old.parent.shown());
        format!("let {} of {table} point at {parent} of the same organization", self.old.name)
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        check(schema, &self.table, &self.partitions)?;
        check(schema, &self.old.parent, &self.parent_partitions)?;
        let (name, shown) = (&self.old.name, self.table.shown());
        let keys = schema.table(&self.table).map(|table| table.foreign_keys.as_slice());
        if !keys.unwrap_or_default().contains(&self.old) {
            return Err(format!("{shown} has no foreign key {name} as it was planned"));
        }
        if matches!(self.old.on_update, Reaction::SetNull | Reaction::SetDefault) {
            return Err(format!(
                "the foreign key {name} of {shown} empties its columns when its parent's key changes, which would empty \
                 the organization too: give it another `on update` first"
            ));
        }
        Ok(())
    }

    fn start(&self) -> Vec<Action> {
        [self.check_fullness(), self.scoped().actions()].concat()
    }

    fn complete(&self) -> Vec<Action> {
        if !self.cascades_moves || self.old.on_update == Reaction::Cascade {
            return Vec::new();
        }
        let is_new = format!("{} and k.confupdtype <> 'c'", carries_organization());
        self.replacement("final", self.definition(false), is_new).actions()
    }

    fn rollback(&self) -> Vec<Action> {
        let mut actions = self.scoped().discard();
        actions.extend(self.restored().actions());
        actions.extend(self.drop_fullness());
        actions
    }
}
