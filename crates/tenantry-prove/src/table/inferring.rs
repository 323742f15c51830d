//! The attacks that conclude: by pointing at the other's row, and by writing what the other may have. Both look at what
//! PostgreSQL checks past every policy.

use super::{Planned, Table, nothing, unknown};
use crate::arena::{Ask, Entry};
use crate::attack::Attack;
use crate::catalog::{ForeignKey, Unique};
use crate::quote::{identifier, nullable};
use crate::rows::insert;
use crate::trial::{Attempt, Constraint, Trial};
use crate::values::Row;

/// The columns of a foreign key that are free, with the other organization's values.
type Pointer<'a> = Vec<(&'a String, Option<String>)>;

impl<'a> Table<'a> {
    /// Foreign keys to rows that are somebody's, with the columns that are free: the tenant column stays the attacker's.
    fn references(&self) -> Vec<(&'a ForeignKey, Pointer<'a>)> {
        let catalog = self.ground.catalog;
        let tenant = self.ground.tenancy.column_of(self.relation);
        let other = &self.ground.arena.other;
        let mine = catalog.foreign_keys.iter().filter(|key| {
            key.child == self.relation.oid && self.ground.tenancy.is_owned(key.parent)
        });
        mine.filter_map(|key| {
            let parent = self.rows.row(key.parent, other)?;
            let free: Vec<_> = key
                .columns
                .iter()
                .zip(&key.parent_columns)
                .filter(|(column, _)| Some(column.as_str()) != tenant)
                .map(|(column, wanted)| (column, parent.get(wanted).cloned().flatten()))
                .collect();
            (!free.is_empty() && free.iter().all(|(_, value)| value.is_some()))
                .then_some((key, free))
        })
        .collect()
    }

    pub(super) fn reference(&self) -> Planned {
        let attack = Attack::Reference;
        let references = self.references();
        if references.is_empty() {
            return Err(nothing(attack, "it refers to no row that is somebody's"));
        }
        let mut attempts = Vec::new();
        let mut control = None;
        for (key, values) in &references {
            // A person may belong to several organizations, so pointing at one is no crossing.
            if self.ground.tenancy.people == Some(key.parent) {
                continue;
            }
            let statement = |of_other: bool| self.pointing(of_other, values);
            if let (Some(theirs), Some(own)) = (statement(false), statement(true)) {
                let attempt = Attempt::new(Entry::Own, Ask::Rows, theirs);
                attempts.push(
                    attempt.when_constrained(Constraint::Holds).noted(format!("by {}", key.name)),
                );
                control.get_or_insert(Attempt::new(Entry::Other, Ask::Rows, own));
            }
        }
        match control {
            Some(control) => {
                Ok(Trial::new(attack, attempts, "refused, as a row that does not exist")
                    .with_control(control))
            }
            None => Err(nothing(
                attack,
                "what it refers to is a person, who may belong to several organizations",
            )),
        }
    }

    /// A row of one of the two that points at the other organization's.
    fn pointing(&self, of_other: bool, values: &[(&String, Option<String>)]) -> Option<String> {
        if self.relation.may.insert {
            let mut row = self.spare(of_other, 1)?.clone();
            for (column, value) in values {
                row.insert((*column).clone(), value.clone());
            }
            return Some(insert(self.relation, &row));
        }
        let set: Vec<String> = values
            .iter()
            .map(|(column, value)| {
                format!("{} = {}", identifier(column), nullable(value.as_deref()))
            })
            .collect();
        let condition = if of_other { self.other } else { self.own };
        Some(format!("update {} set {} where {condition}", self.name(), set.join(", ")))
    }

    /// A row of the attacker with the other's value in a unique column. That a random id of 122 bits is taken tells nothing
    /// to anybody who does not have it already.
    pub(super) fn probe(&self) -> Planned {
        let attack = Attack::Probe;
        let arena = self.ground.arena;
        let tenant = self.ground.tenancy.column_of(self.relation);
        let (Some(of_other), Some(spare)) =
            (self.rows.row(self.relation.oid, &arena.other), self.spare(false, 2))
        else {
            return Err(unknown(attack, "no second row could be made up"));
        };
        let is_guessable = |unique: &&Unique| {
            let mut columns = unique.columns.iter().filter_map(|name| self.relation.column(name));
            unique.columns.is_empty()
                || unique.is_exclusion
                || columns.any(|column| column.type_name != "uuid")
        };
        let mut attempts = Vec::new();
        for unique in self.relation.uniques.iter().filter(is_guessable) {
            let mut row = spare.clone();
            let names: Vec<&String> = if unique.columns.is_empty() {
                of_other.keys().collect()
            } else {
                unique.columns.iter().collect()
            };
            for name in names.into_iter().filter(|name| Some(name.as_str()) != tenant) {
                if let Some(value) = of_other.get(name) {
                    row.insert(name.clone(), value.clone());
                }
            }
            // Over expressions nothing is known of the key: everything but the primary key is the other's.
            if unique.columns.is_empty() {
                self.keep_own_key(&mut row, &spare);
            }
            let attempt = Attempt::new(Entry::Own, Ask::Nothing, insert(self.relation, &row));
            attempts.push(
                attempt
                    .when_constrained(Constraint::Reveals)
                    .noted(format!("the value of {}", unique.name)),
            );
        }
        if attempts.is_empty() {
            return Err(nothing(attack, "it has no key that could be guessed"));
        }
        if !self.relation.may.insert {
            attempts.truncate(1);
        }
        Ok(Trial::new(attack, attempts, "the same answer as for a value that nobody has"))
    }

    fn keep_own_key(&self, row: &mut Row, spare: &Row) {
        for unique in self.relation.uniques.iter().filter(|unique| !unique.columns.is_empty()) {
            for name in &unique.columns {
                if let Some(value) = spare.get(name) {
                    row.insert(name.clone(), value.clone());
                }
            }
        }
    }
}
