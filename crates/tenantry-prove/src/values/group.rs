//! Which columns have to be decided together: those that a check connects. A column that is given connects nothing,
//! and a generated column stands for the columns it is computed from.

use super::shape::{Check, Column, Shape};
use super::{Row, scan};

/// Columns that are decided together, and the checks that connect them.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) columns: Vec<&'a Column>,
    pub(super) checks: Vec<&'a Check>,
}

impl<'a> Group<'a> {
    /// All groups of a row. Columns that may be left out and that no check looks at are in none.
    pub(super) fn all(shape: &'a Shape, given: &Row) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for check in &shape.checks {
            let columns = free_columns(shape, check, given);
            absorb(&mut groups, Self { columns, checks: vec![check] });
        }
        for column in &shape.columns {
            if is_needed(column) && !given.contains_key(&column.name) {
                absorb(&mut groups, Self { columns: vec![column], checks: Vec::new() });
            }
        }
        groups
    }

    /// One column of the shape with the checks that look at nothing else.
    pub(super) fn of_one(shape: &'a Shape, column: &'a Column) -> Self {
        let checks = shape.checks.iter().filter(|check| {
            !check.is_of_the_whole_row
                && matches!(free_columns(shape, check, &Row::new())[..], [one] if one.name == column.name)
        });
        Self { columns: vec![column], checks: checks.collect() }
    }
}

/// Joins a group with those that share a column with it.
fn absorb<'a>(groups: &mut Vec<Group<'a>>, mut group: Group<'a>) {
    let shares = |other: &Group<'a>| {
        other.columns.iter().any(|one| group.columns.iter().any(|own| own.name == one.name))
    };
    let (touching, apart): (Vec<_>, Vec<_>) = groups.drain(..).partition(shares);
    for other in touching {
        group.checks.extend(other.checks);
        for column in other.columns {
            if !group.columns.iter().any(|own| own.name == column.name) {
                group.columns.push(column);
            }
        }
    }
    *groups = apart;
    groups.push(group);
}

/// A value must be made when nothing stands in, and where the row must be told apart from others by it.
const fn is_needed(column: &Column) -> bool {
    let may_be_null = !column.is_not_null && (!column.is_null_unique || column.is_reference);
    !may_be_null && !column.is_generated && (!column.has_own_value() || column.is_unique)
}

/// The columns that a check leaves to be decided.
pub(super) fn free_columns<'a>(shape: &'a Shape, check: &Check, given: &Row) -> Vec<&'a Column> {
    let mut names = check.columns.clone();
    for column in generated(shape, check) {
        names.extend(scan::names(column.default.as_deref().unwrap_or_default()));
    }
    let free = shape.columns.iter().filter(|column| {
        !column.is_generated && names.contains(&column.name) && !given.contains_key(&column.name)
    });
    free.collect()
}

/// The generated columns that a check looks at.
pub(super) fn generated<'a>(shape: &'a Shape, check: &Check) -> Vec<&'a Column> {
    let looked_at = shape.columns.iter().filter(|column| check.columns.contains(&column.name));
    looked_at.filter(|column| column.is_generated).collect()
}
