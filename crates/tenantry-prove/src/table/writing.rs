//! The attacks that write: into the other organization, over its rows, or out of one's own. Row security comes before
//! constraints, so a constraint that stops such a statement shows that row security had let it through.

use std::collections::BTreeSet;

use super::{Planned, Table, nothing, unknown};
use crate::arena::{Ask, Entry};
use crate::attack::Attack;
use crate::catalog::{Column, Unique};
use crate::quote::{identifier, literal};
use crate::rows::insert;
use crate::tenancy::Class;
use crate::trial::{Attempt, Constraint, Trial};
use crate::values::Row;

impl Table<'_> {
    pub(super) fn insert(&self) -> Planned {
        let attack = Attack::Insert;
        if !self.says_whose() {
            return Err(nothing(attack, "nothing in a row of it says whose it is"));
        }
        if *self.ground.tenancy.class(self.relation.oid) == Class::Root {
            return Err(nothing(attack, "a row of it is an organization of its own"));
        }
        if self.is_the_person() {
            return Err(nothing(attack, "a row of it is a person of its own"));
        }
        let Some(row) = self.spare(true, 1) else {
            return Err(unknown(
                attack,
                "no second row of the other organization could be made up",
            ));
        };
        let statement = insert(self.relation, &row);
        let attempt = Attempt::new(Entry::Own, Ask::Rows, statement.clone())
            .when_constrained(Constraint::Leaks);
        Ok(Trial::new(attack, vec![self.by_its_effect(attempt)], "refused")
            .with_control(Attempt::new(Entry::Other, Ask::Rows, statement)))
    }

    /// A trigger may have put the row into the attacker's own organization: what counts is whether the other has one more.
    fn by_its_effect(&self, attempt: Attempt) -> Attempt {
        let arena = self.ground.arena;
        match self.ground.tenancy.column_of(self.relation) {
            Some(tenant) if arena.sees_everything && !self.relation.is_partitioned => {
                let other = literal(&arena.other.organization);
                let name = self.name();
                attempt.looking(format!(
                    "select count(*) from only {name} where {} = {other}",
                    identifier(tenant)
                ))
            }
            _ => attempt,
        }
    }

    fn is_the_person(&self) -> bool {
        self.ground.tenancy.people == Some(self.relation.oid)
            && self.ground.tenancy.column_of(self.relation).is_none()
    }

    /// A column that an update may set to what it is.
    fn harmless_column(&self) -> Option<&str> {
        let key: BTreeSet<&String> =
            self.relation.key().into_iter().flat_map(|key| &key.columns).collect();
        let tenant = self.ground.tenancy.column_of(self.relation);
        let may = |column: &&Column| {
            !column.is_generated
                && (column.may_update
                    || !self.relation.columns.iter().any(|column| column.may_update))
        };
        let mut columns = self.relation.columns.iter().filter(may);
        let plain = columns
            .clone()
            .find(|column| !key.contains(&column.name) && Some(column.name.as_str()) != tenant);
        plain.or_else(|| columns.next()).map(|column| column.name.as_str())
    }

    pub(super) fn update(&self) -> Planned {
        let Some(column) = self.harmless_column().map(identifier) else {
            return Err(nothing(Attack::Update, "it has no column that an update may set"));
        };
        let name = self.name();
        let change = format!("update {name} set {column} = {column} where {}", self.other);
        let attempt = |statement: String, note: &str| {
            Attempt::new(Entry::Own, Ask::Rows, statement)
                .when_constrained(Constraint::Leaks)
                .noted(note)
        };
        let mut attempts = vec![attempt(change.clone(), "")];
        if self.relation.may.select && self.relation.may.update {
            attempts.push(attempt(
                format!("select 1 from {name} where {} for update", self.other),
                "locking it",
            ));
        }
        if let Some(tenant) = self.ground.tenancy.column_of(self.relation) {
            let own = literal(&self.ground.arena.own.organization);
            attempts.push(attempt(
                format!("update {name} set {} = {own} where {}", identifier(tenant), self.other),
                "taking it over",
            ));
        }
        let control = Attempt::new(Entry::Other, Ask::Rows, change);
        Ok(Trial::new(Attack::Update, attempts, "0 rows").with_control(control))
    }

    pub(super) fn move_row(&self) -> Planned {
        let attack = Attack::Move;
        let arena = self.ground.arena;
        let root = *self.ground.tenancy.class(self.relation.oid) == Class::Root;
        let Some(tenant) = self.ground.tenancy.column_of(self.relation).filter(|_| !root) else {
            return Err(nothing(
                attack,
                "its rows name no organization; where they point is tried by reference",
            ));
        };
        let set = |organization: &str, condition: &str| {
            format!(
                "update {} set {} = {} where {condition}",
                self.name(),
                identifier(tenant),
                literal(organization)
            )
        };
        let attempt = Attempt::new(Entry::Own, Ask::Rows, set(&arena.other.organization, self.own));
        let mut attempts = vec![self.by_its_effect(attempt.when_constrained(Constraint::Leaks))];
        if self.relation.is_small {
            // What names no column needs no right to read, so the policies for reading do not look at it.
            let blind = format!(
                "update {} set {} = {}",
                self.name(),
                identifier(tenant),
                literal(&arena.other.organization)
            );
            let blind =
                Attempt::new(Entry::Own, Ask::Rows, blind).when_constrained(Constraint::Ignored);
            attempts.push(self.by_its_effect(blind).noted("without a condition"));
        }
        let control =
            Attempt::new(Entry::Other, Ask::Rows, set(&arena.other.organization, self.other));
        Ok(Trial::new(attack, attempts, "refused").with_control(control))
    }

    pub(super) fn delete(&self) -> Trial {
        let statement = format!("delete from {} where {}", self.name(), self.other);
        let mut attempts = vec![
            Attempt::new(Entry::Own, Ask::Rows, statement.clone())
                .when_constrained(Constraint::Leaks),
        ];
        if self.relation.is_small {
            let look = format!("select count(*) from {} where {}", self.name(), self.other);
            let blind = Attempt::new(Entry::Own, Ask::Rows, format!("delete from {}", self.name()));
            attempts.push(
                blind
                    .when_constrained(Constraint::Ignored)
                    .noted("without a condition")
                    .looking(look),
            );
        }
        let control = Attempt::new(Entry::Other, Ask::Rows, statement);
        Trial::new(Attack::Delete, attempts, "0 rows").with_control(control)
    }

    /// The keys by which a row can be written over.
    fn arbiters(&self) -> impl Iterator<Item = &Unique> {
        let usable = |unique: &&Unique| {
            !unique.columns.is_empty()
                && !unique.is_partial
                && !unique.is_exclusion
                && !unique.is_deferrable
        };
        self.relation.uniques.iter().filter(usable)
    }

    pub(super) fn upsert(&self) -> Planned {
        let attack = Attack::Upsert;
        let arena = self.ground.arena;
        let Some(column) = self.harmless_column().map(identifier) else {
            return Err(nothing(attack, "it has no column that an update may set"));
        };
        let (Some(of_other), Some(spare)) =
            (self.rows.row(self.relation.oid, &arena.other), self.spare(false, 1))
        else {
            return Err(unknown(attack, "no second row could be made up"));
        };
        let tenant = self.ground.tenancy.column_of(self.relation);
        let statement = |row: &Row, unique: &Unique| {
            let target: Vec<String> = unique.columns.iter().map(|name| identifier(name)).collect();
            format!(
                "{} on conflict ({}) do update set {column} = excluded.{column}",
                insert(self.relation, row),
                target.join(", ")
            )
        };
        let (mut attempts, mut control, mut is_left_out) = (Vec::new(), None, false);
        for unique in self.arbiters() {
            // A null meets nothing: the attacker's row would be a new one of their own, and no leak.
            if !meets(of_other, unique) {
                is_left_out = true;
                continue;
            }
            // The attacker's row with the other's key. Where the key holds the organization, that is theirs too, and the
            // row is refused; else it meets the other's row.
            let mut row = spare.clone();
            for name in &unique.columns {
                if let Some(value) = of_other.get(name) {
                    row.insert(name.clone(), value.clone());
                }
            }
            if tenant.is_some_and(|tenant| {
                unique.columns.len() == 1 && unique.columns.iter().any(|name| name == tenant)
            }) && !self.says_whose()
            {
                continue;
            }
            let theirs = statement(&self.writable(of_other), unique);
            attempts.push(
                Attempt::new(Entry::Own, Ask::Rows, statement(&row, unique))
                    .when_constrained(Constraint::Leaks)
                    .noted(format!("by {}", unique.name)),
            );
            control.get_or_insert(Attempt::new(Entry::Other, Ask::Rows, theirs));
        }
        match control {
            Some(control) => Ok(Trial::new(attack, attempts, "refused").with_control(control)),
            None if is_left_out => {
                Err(unknown(attack, "the rows that were made up hold no value in its keys"))
            }
            None => Err(nothing(attack, "it has no key by which a row could be written over")),
        }
    }
}

/// Whether another row with the same key would meet this one: it holds a value in each of the key's columns.
fn meets(row: &Row, unique: &Unique) -> bool {
    unique.columns.iter().all(|name| row.get(name).is_some_and(Option::is_some))
}
