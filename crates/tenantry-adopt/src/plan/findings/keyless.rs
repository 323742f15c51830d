//! Organizations' tables without a primary key.

use super::Subject;
use crate::finding::{Finding, Weight, codes};
use crate::name::{TableName, identifier, list};
use crate::schema::Table;

/// One a table. Partitions have the key of their parent.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let tables = subject.layout.guarded().filter(|table| table.partition_of.is_none());
    let keyless = tables.filter(|table| table.primary_key().is_none() && !table.is_foreign);
    keyless.map(finding).collect()
}

fn finding(table: &Table) -> Finding {
    let title = format!("{} has no primary key", table.name.shown());
    let found = Finding::new(codes::KEYLESS, Weight::Warning, title).on(&table.name);
    let found = found
        .fact("it is guarded all the same, but tenantry.protect() refuses it until it has one");
    let statement = format!("alter table {}", table.name.sql());
    let Some(key) = table.key() else {
        return found
            .fact("no other columns tell its rows apart for sure")
            .help(format!("{statement} add primary key (the columns that name a row);"))
            .help(format!(
                "or, which writes the whole table: {statement} add column row_id bigint generated always as identity primary key;"
            ));
    };
    let columns = list(&key.columns);
    let found = found.fact(format!("{} is unique and never null: ({columns})", key.name));
    if key.is_constraint {
        let old = identifier(&key.name);
        return found
            .help(format!("{statement} drop constraint {old}, add primary key ({columns});"));
    }
    let index = TableName::new(table.name.schema.clone(), key.name.clone());
    found.help(format!("{statement} add primary key using index {};", identifier(&index.name)))
}
