//! Makes rows that satisfy a stranger's table. There is no solver here: every column gets candidates (an ordinary
//! value, what the checks name, what patterns describe), and PostgreSQL says which combination passes the checks.
//!
//! Everything runs inside the caller's transaction, each statement that can fail between a savepoint and its rollback.

mod candidates;
mod family;
mod group;
mod pattern;
mod random;
mod scan;
mod shape;
mod solve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use tokio_postgres::Client;

use family::Family;
use group::Group;
pub(crate) use shape::{Column, Shape};
use solve::Solving;

/// Values of a row by column, as the contents of SQL text constants; `None` is NULL.
pub(crate) type Row = BTreeMap<String, Option<String>>;

/// No row could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value was found for {column_or_constraint}: {why}")]
pub(crate) struct Unfillable {
    /// What stands in the way.
    pub(crate) column_or_constraint: String,
    /// Why, without a full stop.
    pub(crate) why: String,
}

impl Unfillable {
    fn new(column_or_constraint: impl Into<String>, why: impl Into<String>) -> Self {
        Self { column_or_constraint: column_or_constraint.into(), why: why.into() }
    }
}

/// Makes a row: `given` as it is, and whatever else the table asks for. `mark` is a short lower-case word that is put
/// into free text where there is room; another `salt` gives other keys and other values of unique columns.
///
/// The search path must be the one that the shape was read under. Fails when nothing that was tried passes the checks,
/// and then leaves the transaction as it was.
pub(crate) async fn fill(
    client: &Client,
    shape: &Shape,
    given: &Row,
    mark: &str,
    salt: u64,
) -> Result<Row, Unfillable> {
    fill_among(client, shape, given, &Row::new(), mark, salt).await
}

/// Like [`fill`], with values that are used where the checks let them and NULL where they do not: for foreign keys of
/// which only one may be set.
pub(crate) async fn fill_among(
    client: &Client,
    shape: &Shape,
    given: &Row,
    offered: &Row,
    mark: &str,
    salt: u64,
) -> Result<Row, Unfillable> {
    refuse_what_cannot_be_tried(shape, given, offered)?;
    let solving = Solving { client, shape, given, offered, mark, salt };
    let mut row = offered.clone();
    row.extend(given.clone());
    for group in Group::all(shape, given) {
        row.append(&mut solving.solve(&group).await?);
    }
    put_mark(&solving, &mut row);
    Ok(row)
}

/// A fresh value of one column that passes the checks that look at this column alone.
pub(crate) async fn value(
    client: &Client,
    shape: &Shape,
    column: &str,
    mark: &str,
    salt: u64,
) -> Result<String, Unfillable> {
    let given = Row::new();
    let solving = Solving { client, shape, given: &given, offered: &given, mark, salt };
    let found = shape.column(column).filter(|column| !column.is_generated);
    let found = found
        .ok_or_else(|| Unfillable::new(column, "there is no such column that takes a value"))?;
    // Asked for by name, it is to be a value, and one of its own.
    let wanted = Column { is_not_null: true, is_unique: true, default: None, ..found.clone() };
    let mut row = solving.solve(&Group::of_one(shape, &wanted)).await?;
    row.remove(column).flatten().ok_or_else(|| Unfillable::new(column, "only NULL was found"))
}

fn refuse_what_cannot_be_tried(
    shape: &Shape,
    given: &Row,
    offered: &Row,
) -> Result<(), Unfillable> {
    let has_nul = |value: &Option<String>| value.as_deref().is_some_and(|text| text.contains('\0'));
    if let Some((name, _)) = given.iter().chain(offered).find(|(_, value)| has_nul(value)) {
        return Err(Unfillable::new(name, "the value that is given holds a zero byte"));
    }
    match shape.checks.iter().find(|check| check.is_of_the_whole_row) {
        Some(check) => Err(Unfillable::new(
            &check.name,
            "it looks at the whole row or at a system column, which candidates cannot stand in for",
        )),
        None => Ok(()),
    }
}

/// Puts the mark into a text that may be left out, when no text that is needed has it.
fn put_mark(solving: &Solving<'_>, row: &mut Row) {
    let has_mark =
        |text: &Option<String>| text.as_deref().is_some_and(|text| text.contains(solving.mark));
    if row.values().any(has_mark) {
        return;
    }
    let shape = solving.shape;
    let is_checked = |name: &str| {
        shape.checks.iter().any(|check| check.columns.iter().any(|column| column == name))
    };
    let free = shape.columns.iter().filter(|column| {
        let is_free = !column.is_generated && !column.is_reference && !column.is_unique;
        is_free && !row.contains_key(&column.name) && !is_checked(&column.name)
    });
    let has_room = |column: &&Column| {
        let base = shape.base(column.type_oid, column.modifier);
        base.is_some_and(|base| {
            base.domain_checks.is_empty()
                && matches!(base.family(), Family::Text(most) if most >= 24)
        })
    };
    // Text that has a default is mostly a state with a meaning; it is taken last.
    let column = free.filter(has_room).min_by_key(|column| column.has_own_value());
    if let Some(column) = column {
        row.insert(column.name.clone(), Some(format!("{}-{:x}", solving.mark, solving.salt)));
    }
}
