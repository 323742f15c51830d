//! What a table is made of that adopting cannot change: inheritance, another server, a column of our name.

use super::{Subject, setting};
use crate::classification::Mode;
use crate::finding::{Finding, Weight, codes};
use crate::name::{COLUMN, TableName, identifier};
use crate::schema::{Column, Table};

/// Each stands in the way of a table that is to be an organization's.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let mut found = Vec::new();
    for table in layout.guarded() {
        found.extend(foreign(table));
        found.extend(inherited(subject, table));
        if table.partition_of.is_none() {
            found.extend(taken(subject, table));
        }
    }
    found
}

fn foreign(table: &Table) -> Option<Finding> {
    table.is_foreign.then(|| {
        let title = format!("rows of {} are on another server", table.name.shown());
        Finding::new(codes::FOREIGN, Weight::Decision, title)
            .on(&table.name)
            .help(setting(&table.name, "class = \"infrastructure\""))
            .help("or bring its rows into a table of this database")
    })
}

fn inherited(subject: &Subject<'_>, table: &Table) -> Option<Finding> {
    let heirs = subject.layout.schema.tables.iter().filter(|it| it.inherits.contains(&table.name));
    let relatives: Vec<&TableName> =
        table.inherits.iter().chain(heirs.map(|it| &it.name)).collect();
    (!relatives.is_empty()).then(|| {
        let title = format!("{} inherits from a table, or is inherited by one", table.name.shown());
        Finding::new(codes::INHERITED, Weight::Decision, title)
            .on(&table.name)
            .facts(relatives.iter().map(|name| format!("related to {}", name.shown())))
            .help("make them partitions of one table, or separate tables: alter table … no inherit …;")
    })
}

/// A column of our name may be half of a conversion by hand. What stands in it names rows of the application, and never the
/// organizations that Tenantry makes, so it is not taken over: it is moved out of the way, and can still say whose a row is.
fn taken(subject: &Subject<'_>, table: &Table) -> Option<Finding> {
    let column = table.column(COLUMN)?;
    let (name, sql) = (table.name.shown(), table.name.sql());
    let aside = aside(table);
    let title = format!("{name} has a column {COLUMN} of its own");
    let rename = format!(
        "alter table {sql} rename column {} to {};",
        identifier(COLUMN),
        identifier(&aside)
    );
    let mut found = Finding::new(codes::TAKEN, Weight::Decision, title)
        .on(&table.name)
        .fact(format!("{COLUMN} {}{}", column.type_name, filled(column)))
        .help(rename)
        .help("foreign keys, indexes and views follow; the application's statements have to use the new name");
    let is_empty = column.null_fraction.is_some_and(|share| share >= 1.0);
    if is_empty || table.statistics.rows == 0 {
        found = found.help(format!(
            "or, when nothing needs it: alter table {sql} drop column {};",
            identifier(COLUMN)
        ));
    }
    let mut keys = table.foreign_keys.iter().filter(|key| key.columns == [COLUMN]);
    if let Some(key) = keys.next() {
        let parent = key.parent.shown();
        found = found.fact(format!("it references {parent}"));
        if subject.layout.decisions.mode == Mode::Whole {
            found = found.help(format!(
                "what it says is followed with --mode split --root {}, once it is called {aside}: each row of {parent} becomes an organization",
                key.parent
            ));
        }
    }
    Some(found)
}

/// A name for the column that nothing else in the table has.
fn aside(table: &Table) -> String {
    let names = ["legacy_organization_id", "old_organization_id", "previous_organization_id"];
    let free = names.into_iter().find(|name| table.column(name).is_none());
    free.unwrap_or("application_organization_id").to_owned()
}

/// How many rows have a value in it, where that is known.
fn filled(column: &Column) -> String {
    match column.null_fraction {
        _ if column.is_not_null => ", never null".to_owned(),
        Some(share) => format!(", null in about {:.0} % of the rows", share * 100.0),
        None => ", may be null".to_owned(),
    }
}
