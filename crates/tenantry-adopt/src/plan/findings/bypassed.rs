//! Indexes that row security keeps from being used.

use super::{Subject, count, setting};
use crate::finding::{Finding, Weight, codes};
use crate::schema::Table;

/// One a table, with its indexes. Unique keys are left out: they go on being kept, used or not.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let tables = subject.layout.guarded().filter(|table| table.partition_of.is_none());
    tables.filter_map(|table| finding(subject, table)).collect()
}

fn finding(subject: &Subject<'_>, table: &Table) -> Option<Finding> {
    let bypassed = table.indexes.iter().filter(|index| index.is_bypassed && index.is_valid);
    let lines: Vec<String> = bypassed
        .map(|index| {
            format!("{} ({}), used {} so far", index.name, index.method, count(index.scans, "time"))
        })
        .collect();
    (!lines.is_empty()).then(|| {
        let title = format!("row security keeps indexes of {} from being used", table.name.shown());
        let found = Finding::new(codes::BYPASSED, Weight::Warning, title)
            .on(&table.name)
            .facts(lines)
            .fact(format!("{} in the table; a statement reads those of one organization", count(table.statistics.rows, "row")))
            .help("leave it where an organization has few rows, or let an administrator mark safe operators as leakproof");
        if subject.layout.records(&table.name) == Some(false) {
            return found.fact("nothing is recorded on it, so its owner goes on using them until enforcement");
        }
        found.help(format!("{}   leaves them to the table's owner until enforcement", setting(&table.name, "record = false")))
    })
}
