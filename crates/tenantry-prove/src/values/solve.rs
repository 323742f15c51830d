//! Puts candidates to the database: one SELECT over all combinations, with the checks as its condition. Where a
//! candidate makes a check or a cast fail instead of answering, the candidates are tried one by one first.

mod statement;
mod trial;

use tokio_postgres::Client;

use super::candidates::{self, Wish};
use super::family::Family;
use super::group::{Group, free_columns};
use super::scan::Hints;
use super::shape::{Check, Column, Shape};
use super::{Row, Unfillable};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Solving<'a> {
    pub(super) client: &'a Client,
    pub(super) shape: &'a Shape,
    pub(super) given: &'a Row,
    pub(super) offered: &'a Row,
    pub(super) mark: &'a str,
    pub(super) salt: u64,
}

/// A column and what it may take.
#[derive(Debug)]
struct Choice<'a> {
    column: &'a Column,
    values: Vec<Option<String>>,
}

/// Combinations that are tried in one statement at first, and when those do not do.
const FEW: usize = 20_000;
const MANY: usize = 200_000;
/// Combinations that are tried one by one, when evaluating a check can fail.
const SINGLY: usize = 3_000;

impl Solving<'_> {
    /// Decides the columns of a group.
    pub(super) async fn solve(&self, group: &Group<'_>) -> Result<Row, Unfillable> {
        let mut choices: Vec<Choice<'_>> =
            group.columns.iter().map(|column| self.choice(column)).collect();
        let are_certain = group
            .columns
            .iter()
            .all(|column| candidates::is_certain(self.shape, column.type_oid, column.modifier));
        if are_certain && group.checks.is_empty() {
            return firsts(&choices);
        }
        if are_certain && let Ok(Some(row)) = self.select(&choices, &group.checks, FEW).await {
            return Ok(row);
        }
        for choice in &mut choices {
            self.keep_what_passes(choice, group).await?;
        }
        self.combine(&choices, group).await
    }

    async fn combine(&self, choices: &[Choice<'_>], group: &Group<'_>) -> Result<Row, Unfillable> {
        if choices.len() == 1 {
            return firsts(choices);
        }
        let found = match self.select(choices, &group.checks, FEW).await {
            Ok(None) => self.select(choices, &group.checks, MANY).await,
            found => found,
        };
        let found = match found {
            Ok(found) => found,
            Err(_) => self
                .first_passing(choices, &group.checks)
                .await
                .map_err(|error| Unfillable::new(names(&group.checks), message(&error)))?,
        };
        found.ok_or_else(|| {
            let why = if choices.is_empty() {
                "the values that are given break it".to_owned()
            } else {
                format!("no combination of values passes {}", texts(&group.checks))
            };
            Unfillable::new(names(&group.checks), why)
        })
    }

    /// Leaves a choice only what passes its type and the checks that look at its column alone.
    async fn keep_what_passes(
        &self,
        choice: &mut Choice<'_>,
        group: &Group<'_>,
    ) -> Result<(), Unfillable> {
        let own: Vec<&Check> = group.checks.iter().copied().filter(|check| {
            matches!(free_columns(self.shape, check, self.given)[..], [one] if one.name == choice.column.name)
        }).collect();
        let before = choice.values.len();
        let kept = self
            .passing(choice, &own)
            .await
            .map_err(|error| Unfillable::new(&choice.column.name, message(&error)))?;
        choice.values = kept;
        if !choice.values.is_empty() {
            return Ok(());
        }
        let kind = &choice.column.type_name;
        Err(if own.is_empty() {
            let why = format!("none of {before} texts is a value of the type {kind}");
            Unfillable::new(&choice.column.name, why)
        } else {
            let column = &choice.column.name;
            let why =
                format!("none of {before} values of {column} ({kind}) passes {}", texts(&own));
            Unfillable::new(names(&own), why)
        })
    }

    fn choice<'a>(&self, column: &'a Column) -> Choice<'a> {
        if let Some(offered) = self.offered.get(&column.name) {
            let null = Some(None).filter(|_| !column.is_not_null && offered.is_some());
            return Choice { column, values: [offered.clone()].into_iter().chain(null).collect() };
        }
        self.made_choice(column)
    }

    fn made_choice<'a>(&self, column: &'a Column) -> Choice<'a> {
        let mut hints = Hints::default();
        let mut is_alone = true;
        for check in &self.shape.checks {
            let free = free_columns(self.shape, check, self.given);
            if free.iter().any(|one| one.name == column.name) {
                hints.add(&check.expression);
                is_alone &= free.len() == 1;
            }
        }
        for check in self.domain_checks(column.type_oid, column.modifier) {
            hints.add(check);
        }
        let wish = Wish {
            mark: self.mark,
            salt: self.salt,
            word: &column.name,
            is_unique: column.is_unique,
            hints: &hints,
        };
        let mut values = candidates::of_column(self.shape, column, &wish);
        // A text that may be empty but is free otherwise is a good place for the mark.
        let is_place = is_alone && !column.is_reference && !column.has_own_value();
        if let Some(text) = values.iter().position(Option::is_some).filter(|_| is_place)
            && self.is_text(column)
        {
            values.swap(0, text);
        }
        Choice { column, values }
    }

    fn is_text(&self, column: &Column) -> bool {
        let base = self.shape.base(column.type_oid, column.modifier);
        base.is_some_and(|base| matches!(base.family(), Family::Text(_)))
    }

    /// The checks of a type's domains, and of those of its elements.
    fn domain_checks(&self, type_oid: u32, modifier: i32) -> Vec<&str> {
        let Some(base) = self.shape.base(type_oid, modifier) else { return Vec::new() };
        let inner = match base.family() {
            Family::Array(element, modifier) => self.domain_checks(element, modifier),
            Family::Composite(parts) => parts
                .iter()
                .flat_map(|part| self.domain_checks(part.type_oid, part.modifier))
                .collect(),
            Family::Range(subtype) | Family::Multirange(subtype) => self.domain_checks(subtype, -1),
            _ => Vec::new(),
        };
        base.domain_checks.into_iter().chain(inner).collect()
    }
}

/// The first value of every choice.
fn firsts(choices: &[Choice<'_>]) -> Result<Row, Unfillable> {
    let pairs = choices.iter().map(|choice| {
        let first = choice.values.first().cloned();
        let kind = &choice.column.type_name;
        let first = first.ok_or_else(|| {
            Unfillable::new(&choice.column.name, format!("the type {kind} has no values"))
        })?;
        Ok((choice.column.name.clone(), first))
    });
    pairs.collect()
}

fn names(checks: &[&Check]) -> String {
    checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn texts(checks: &[&Check]) -> String {
    checks.iter().map(|check| check.expression.as_str()).collect::<Vec<_>>().join(" and ")
}

fn message(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
