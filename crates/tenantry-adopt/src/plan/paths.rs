//! The ways from a table to the table of organizations, two by two: several ways are the rule, and each of them may lead a row
//! somewhere else.

use crate::classification::{Class, Classification, Link};
use crate::decisions::Decisions;
use crate::name::TableName;
use crate::schema::Schema;

/// Two ways from a table to the root.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pair {
    /// The table.
    pub(crate) table: TableName,
    /// The way by the link that comes first.
    pub(crate) one: Vec<Link>,
    /// Another one.
    pub(crate) other: Vec<Link>,
}

/// Every way of each table that is an organization's beside its first one.
pub(crate) fn pairs(
    schema: &Schema,
    classification: &Classification,
    decisions: &Decisions,
    root: &TableName,
) -> Vec<Pair> {
    let is_tenant = |name: &TableName| {
        let decided = decisions.tables.get(name).and_then(|decision| decision.class);
        schema.table(name).is_some() && decided.is_none_or(|class| class == Class::Tenant)
    };
    let verdicts = classification.verdicts.iter();
    let verdicts = verdicts.filter(|it| it.class == Class::Tenant && is_tenant(&it.table));
    let of_table = verdicts.flat_map(|verdict| {
        let ways = verdict.links.iter().filter_map(|link| way(classification, link, root));
        let ways: Vec<Vec<Link>> = ways.collect();
        let first = ways.first().cloned().unwrap_or_default();
        let table = verdict.table.clone();
        ways.into_iter().skip(1).map(move |other| Pair {
            table: table.clone(),
            one: first.clone(),
            other,
        })
    });
    of_table.collect()
}

/// The way to the root that begins with a link and goes on by each parent's best one.
fn way(classification: &Classification, first: &Link, root: &TableName) -> Option<Vec<Link>> {
    let mut way = vec![first.clone()];
    while let Some(last) = way.last().filter(|link| link.parent != *root) {
        let next = best(classification, &last.parent, &way)?.clone();
        way.push(next);
    }
    Some(way)
}

/// A table's best link to a table that the way has not been at, or nothing: then it leads round in a circle.
fn best<'a>(
    classification: &'a Classification,
    table: &TableName,
    way: &[Link],
) -> Option<&'a Link> {
    let links = &classification.verdict(table)?.links;
    links.iter().find(|link| link.parent != *table && way.iter().all(|it| it.parent != link.parent))
}
